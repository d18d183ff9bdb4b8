using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace XdsServer.Grpc;

/// <summary>
/// A connection's age limit (protocol duty 13). When it is reached the client is told to open no more streams here, and those that are
/// open end with UNAVAILABLE; the client connects again, perhaps to another replica, so load spreads after a restart or a scale-out.
/// </summary>
internal sealed record ConnectionAge(CancellationToken Reached)
{
    // A tenth to either side: connections that were opened together do not all end together.
    private const double Jitter = 0.1;

    /// <summary>Caps the age of a listener's connections; zero means no limit.</summary>
    public static void Cap(ListenOptions listener, TimeSpan limit, TimeProvider time)
    {
        if (limit <= TimeSpan.Zero)
        {
            return;
        }

        listener.Use(next => async connection =>
        {
            using var reached = new CancellationTokenSource();
            connection.Features.Set(new ConnectionAge(reached.Token));
            await using var timer = time.CreateTimer(
                _ =>
                {
                    connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
                    reached.Cancel();
                },
                state: null,
                WithJitter(limit),
                Timeout.InfiniteTimeSpan);
            await next(connection);
        });
    }

    private static TimeSpan WithJitter(TimeSpan limit) => limit * (1 - Jitter + (2 * Jitter * Random.Shared.NextDouble()));
}
