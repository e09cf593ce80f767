"""Payments: quotes, the ledger, the gateway, refunds and receipts."""
