"""The doors of consents."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import Door, page_of
from base.errors import NotFound
from people import actions, queries
from people.api.households import refuse
from people.api.shapes import ConsentBody, ConsentShape, ConsentsQuery, ConsentsShape, ConsentTextsShape
from people.models import Consent
from people.rules.consent_texts import LATEST, TEXTS, digest_of_text


class Consents(Door):
    asks = ConsentsQuery

    @extend_schema(operation_id="list_consents", parameters=[ConsentsQuery], responses={200: ConsentsShape})
    def get(self, request: Request, person_id: Any) -> Response:
        """Những lần một người đồng ý hoặc rút lại sự đồng ý, cũ trước mới sau."""
        self.by.must("see")
        if queries.facts_of(self.by, person_id, "consent.list") is None:
            raise NotFound()
        found = queries.list_consents(self.by, person_id)
        return Response(page_of(found, ("given_at", "id"), **self.asked).answer(_show))

    @extend_schema(operation_id="give_consent", request=ConsentBody, responses={201: ConsentShape, 204: None})
    def post(self, request: Request, person_id: Any) -> Response:
        """Ghi lại việc một người đồng ý hoặc rút lại sự đồng ý về dữ liệu của mình.

        204: người ấy chỉ được lưu nhờ sự đồng ý, và nay đã được xóa.
        """
        consent = actions.NewConsent(person=person_id, **self.body(ConsentBody, request))
        receipt = actions.give_consents(by=self.by, consents=[consent], at=self.at)[0]
        refuse(receipt)
        kept = queries.list_consents(self.by, person_id).filter(pk=receipt.id).first()
        if kept is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        code = status.HTTP_201_CREATED if receipt.state == "applied" else status.HTTP_200_OK
        return Response(_show(kept), status=code)


class ConsentTexts(Door):
    @extend_schema(operation_id="list_consent_texts", responses={200: ConsentTextsShape})
    def get(self, request: Request) -> Response:
        """Mọi phiên bản của văn bản đồng ý, kèm mã băm; đọc cho người dân trước khi hỏi."""
        self.by.must("own_account")
        rows = [
            {
                "version": version,
                "language": language,
                "text": text,
                "hash": digest_of_text(text),
                "latest": version == LATEST,
            }
            for version, texts in TEXTS.items()
            for language, text in texts.items()
        ]
        return Response({"results": rows})


def _show(consent: Consent) -> dict[str, Any]:
    return {
        "id": consent.pk,
        "person": consent.person_id,
        "decision": consent.decision,
        "text": consent.text,
        "language": consent.language,
        "channel": consent.channel,
        "witness": consent.witness,
        "given_at": consent.given_at,
        "representative": consent.representative_id,
        "text_hash": bytes(consent.text_hash).hex() if consent.text_hash else None,
        "by": consent.by_id,
        "recorded_at": consent.recorded_at,
        "revision": consent.revision,
    }
