"""Orders with their lines, requests to give money back, what is written down on the way, and answers to disputes."""

from marketplace.orders.models.evidence import DisputeEvidence, EvidenceWords
from marketplace.orders.models.orders import Order, OrderLine
from marketplace.orders.models.records import Download, SentLetter
from marketplace.orders.models.refund_requests import RefundRequest

__all__ = ["DisputeEvidence", "Download", "EvidenceWords", "Order", "OrderLine", "RefundRequest", "SentLetter"]
