using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>Turns the state of a subscription into what people read.</summary>
internal static class StatusText
{
    private const int MostWaiting = 20;

    public static SubscriptionStatus Of(Subscription subscription, long stream, StreamClock clock, bool mayHave, string? wait)
    {
        var record = subscription.Record;
        return new SubscriptionStatus
        {
            Type = subscription.Type.ShortName,
            IsWildcard = subscription.Interest.IsWildcard,
            Names = subscription.Interest.Names.Count,
            IsWithheld = !mayHave && (subscription.Interest.IsWildcard || subscription.Interest.Names.Count > 0),
            SentVersion = Version(record.SentVersion),
            SentAt = record.SentVersion is null ? null : clock.TimeOfDay(record.SentAt),
            AckedVersion = Version(record.AckedVersion),
            AckedAt = record.AckedVersion is null ? null : clock.TimeOfDay(record.AckedAt),
            NackedVersion = Version(record.NackedVersion),
            NackedAt = record.NackedVersion is null ? null : clock.TimeOfDay(record.NackedAt),
            Error = record.Error,
            Nonce = record.LastNonce is { } nonce ? Nonce.Format(stream, nonce) : null,
            Responses = record.Responses,
            Acks = record.Acks,
            Nacks = record.Nacks,
            InFlight = subscription.InFlight.Count,
            Waits = record.Waits,
            Limits = record.Limits,
            Waiting = [.. Whole(subscription, wait), .. subscription.Open.Where(o => o.Value.WaitsFor is not null).OrderBy(o => o.Key, StringComparer.Ordinal).Take(MostWaiting)
                .Select(o => $"{subscription.Type} {o.Key} waits for {o.Value.WaitsFor}{(o.Value.IsOverdue ? ", longer than the limit" : "")}")],
            RejectedOrigins = [.. subscription.RejectedContent.SelectMany(r => r.Origins).Distinct()],
        };
    }

    private static IEnumerable<string> Whole(Subscription subscription, string? wait)
    {
        var unanswered = subscription.Record.IsBlocked ? $"the client's answer to {subscription.InFlight.Count} older {(subscription.InFlight.Count == 1 ? "response" : "responses")}" : null;
        return new[] { wait, subscription.WaitsWholeFor, unanswered }.OfType<string>().Select(w => $"{subscription.Type} waits for {w}");
    }

    private static string? Version(ContentHash? version) => version?.ToVersion();
}
