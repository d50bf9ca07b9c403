"""Exports of one synthetic centre as other kinds of site would hand them over, each beside a clean twin."""
