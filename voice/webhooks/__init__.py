"""The doors Twilio knocks at: the call, the media stream, texts, pages, transfers. Every one is signed."""
