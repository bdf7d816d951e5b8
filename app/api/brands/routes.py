"""The routes of the brand, for the application."""

from typing import Final

from app.api.brands.about import get_about
from app.api.brands.hosts import (
    add_own_host,
    check_own_host,
    list_own_hosts,
    make_own_host_main,
    remove_own_host,
)
from app.api.brands.operator import get_own_brand, put_own_brand, put_own_logo
from app.api.brands.public import get_brand

BRAND_ROUTES: Final = (
    get_about,
    get_brand,
    get_own_brand,
    put_own_brand,
    put_own_logo,
    list_own_hosts,
    add_own_host,
    check_own_host,
    make_own_host_main,
    remove_own_host,
)
