"""Where: the dated tree of provinces, communes and hamlets that every right and every figure hangs on."""
