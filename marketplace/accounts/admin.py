from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from marketplace.accounts.models import Artist, User


@admin.register(User)
class PersonAdmin(UserAdmin[User]):
    ordering = ["-date_joined"]
    list_display = ["email", "display_name", "language", "is_staff", "date_joined"]
    search_fields = ["email", "display_name"]
    fieldsets = [
        (None, {"fields": ["email", "display_name", "language", "password"]}),
        ("Permissions", {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
    ]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["email", "password1", "password2"]})]


@admin.register(Artist)
class ArtistAdmin(admin.ModelAdmin[Artist]):
    list_display = ["handle", "name", "user", "created_at"]
    search_fields = ["handle", "name", "user__email"]
    list_select_related = ["user"]
