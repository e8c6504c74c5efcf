"""Tests that need a server beside the application."""
