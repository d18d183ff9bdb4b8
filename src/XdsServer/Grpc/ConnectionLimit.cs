using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace XdsServer.Grpc;

/// <summary>
/// How many connections a listener takes at once. Kestrel's own limit counts those of all listeners, so clients beyond it would shut out whoever looks what is wrong.
/// </summary>
internal static class ConnectionLimit
{
    /// <summary>Closes connections beyond the limit; zero means no limit.</summary>
    public static void Cap(ListenOptions listener, int limit)
    {
        if (limit <= 0)
        {
            return;
        }

        var open = 0;
        listener.Use(next => async connection =>
        {
            try
            {
                if (Interlocked.Increment(ref open) <= limit)
                {
                    await next(connection);
                }
            }
            finally
            {
                Interlocked.Decrement(ref open);
            }
        });
    }
}
