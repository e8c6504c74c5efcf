"""WebSockets: `websocket(bp, "/path")`, and what a view does with one.

Pairs https://fastapi.tiangolo.com/advanced/websockets/ with simple-websocket, the protocol under Flask-Sock, for plain
views (`WebSocket`), and with the websockets library on the event loop for `async def` ones (`AsyncWebSocket`).
Flask-Sock itself accepts every handshake before the view runs; here, as in FastAPI, the view accepts it, once its
parameters and dependencies are known to be right.
"""
