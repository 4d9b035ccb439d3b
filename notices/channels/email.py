"""E-mail by Django's backend: on the console unless EMAIL_HOST names a server."""

from __future__ import annotations

from django.core.mail import send_mail

from notices.channels import Channel, Message


def _send(message: Message) -> None:
    send_mail(message.title, message.text, None, [message.address])


ENTRY = Channel(code="email", send=_send)
