"""The pages for citizens: plain HTML that needs no script, no account and no cookie."""
