using System.Globalization;
using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>Turns the state of a subscription into what people read.</summary>
internal static class StatusText
{
    private const int MostWaiting = 20;

    public static SubscriptionStatus Of(Subscription subscription, long stream, StreamClock clock, bool mayHave)
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
            Waiting = [.. Whole(subscription), .. subscription.Open.Where(o => o.Value.WaitsFor is not null).OrderBy(o => o.Key, StringComparer.Ordinal).Take(MostWaiting)
                .Select(o => $"{subscription.Type} {o.Key} waits for {o.Value.WaitsFor}{(o.Value.IsOverdue ? ", longer than the limit" : "")}")],
            RejectedOrigins = [.. subscription.RejectedContent.SelectMany(r => r.Origins).Distinct()],
        };
    }

    private static IEnumerable<string> Whole(Subscription subscription) =>
        subscription.WaitsWholeFor is { } reason ? [$"{subscription.Type} waits for {reason}"] : [];

    public static string Version(UInt128 version) => ((ulong)(version >> 64)).ToString("x16", CultureInfo.InvariantCulture);

    private static string? Version(UInt128? version) => version is { } v ? Version(v) : null;
}
