"""Who holds which post, and whose account is locked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions, queries
from accounts.api.shapes import ROLES, HeldPostShape, PageQuery, UserShape, actor_at, show_post
from accounts.models import Post
from accounts.rules import Role, Verb
from base.api import Door, Id, Strict, Text, page_of
from base.errors import NotFound


class AppointBody(Strict):
    user = Id()
    role = serializers.ChoiceField(choices=ROLES)
    area = Text(max_length=16)


class PostShape(HeldPostShape):
    id = serializers.IntegerField()
    for_approval = serializers.BooleanField(help_text="It waits for a second person, and gives no right")
    user = UserShape()


class PostsShape(Strict):
    results = PostShape(many=True)
    next = serializers.CharField(allow_null=True)


class Lock(Door):
    @extend_schema(operation_id="unlock_account", responses={204: None})
    def delete(self, request: Request, user_id: UUID) -> Response:
        """Mở khóa một tài khoản trong địa bàn của tôi đã thử sai mật khẩu nhiều lần."""
        actions.unlock_account(by=self.by, user_id=user_id, at=self.at)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Posts(Door):
    asks = PageQuery

    @extend_schema(operation_id="list_posts", parameters=[PageQuery], responses={200: PostsShape})
    def get(self, request: Request) -> Response:
        """Các phân công trong địa bàn của tôi."""
        page = page_of(queries.list_posts(actor_at(self), self.at), ("id",), **self.asked)
        return Response(page.answer(_show_appointment))

    @extend_schema(operation_id="appoint", request=AppointBody, responses={201: PostShape})
    def post(self, request: Request) -> Response:
        """Phân công một người đã có tài khoản."""
        given = self.body(AppointBody, request)
        post = actions.appoint(
            by=self.by, user_id=given["user"], role=Role(given["role"]), area=given["area"], at=self.at
        )
        return Response(_show_appointment(post), status=status.HTTP_201_CREATED)


class WaitingPosts(Door):
    asks = PageQuery

    @extend_schema(operation_id="list_waiting_posts", parameters=[PageQuery], responses={200: PostsShape})
    def get(self, request: Request) -> Response:
        """Các phân công cán bộ quản lý đang chờ người thứ hai duyệt."""
        self.by.must(Verb.APPOINT)
        page = page_of(queries.list_waiting_posts(actor_at(self)), ("id",), **self.asked)
        return Response(page.answer(_show_appointment))


class ApprovePost(Door):
    @extend_schema(operation_id="approve_post", request=None, responses={200: PostShape})
    def post(self, request: Request, post_id: int) -> Response:
        """Duyệt một phân công đang chờ: người duyệt không phải người đề nghị."""
        self.nothing(request)
        post = actions.approve_post(by=self.by, post_id=post_id, at=self.at)
        return Response(_show_appointment(post))


class OnePost(Door):
    @extend_schema(operation_id="get_post", responses={200: PostShape})
    def get(self, request: Request, post_id: int) -> Response:
        """Một phân công trong địa bàn của tôi."""
        post = queries.find_post(actor_at(self), post_id, self.at)
        if post is None:
            raise NotFound()
        return Response(_show_appointment(post))

    @extend_schema(operation_id="dismiss", responses={204: None})
    def delete(self, request: Request, post_id: int) -> Response:
        """Thôi phân công: quyền hết ngay ở yêu cầu tiếp theo."""
        actions.dismiss(by=self.by, post_id=post_id, at=self.at)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _show_appointment(post: Post) -> dict[str, Any]:
    user = {"id": post.user.pk, "full_name": post.user.full_name}
    return {"id": post.pk, "user": user, "for_approval": post.for_approval, **show_post(post)}
