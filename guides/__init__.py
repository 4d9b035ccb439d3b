"""How to get what a digital citizen needs: guides step by step, scam alerts, place sheets."""
