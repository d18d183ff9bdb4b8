using System.Diagnostics.Metrics;

namespace XdsServer.Discovery;

/// <summary>What discovery counts. Names and tags are described in docs/protocol.md, "Metrics".</summary>
internal static class DiscoveryMetrics
{
    public const string MeterName = "XdsServer.Discovery";

    private static readonly Meter Meter = new(MeterName);
    private static readonly UpDownCounter<long> Streams = Meter.CreateUpDownCounter<long>("xds.streams", "{stream}", "Open streams.");
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("xds.requests", "{request}", "Requests received.");
    private static readonly Counter<long> Stale = Meter.CreateCounter<long>("xds.requests.stale", "{request}", "Requests that answered an older response than the newest, and were ignored.");
    private static readonly Counter<long> Responses = Meter.CreateCounter<long>("xds.responses", "{response}", "Responses sent.");
    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("xds.response.bytes", "By", "Bytes of the responses sent, before framing and compression.");
    private static readonly Counter<long> Acks = Meter.CreateCounter<long>("xds.acks", "{response}", "Responses that clients accepted.");
    private static readonly Counter<long> Nacks = Meter.CreateCounter<long>("xds.nacks", "{response}", "Responses that clients rejected.");
    private static readonly Counter<long> Waits = Meter.CreateCounter<long>("xds.gate.waits", "{change}", "Changes that waited for an ACK or for something that still needed them.");
    private static readonly Counter<long> Limits = Meter.CreateCounter<long>("xds.gate.limits", "{change}", "Waits that reached their limit.");
    private static readonly Counter<long> Stalls = Meter.CreateCounter<long>("xds.write.stalls", "{stream}", "Streams ended because the client did not take what was sent.");
    private static readonly Counter<long> WriteWaits = Meter.CreateCounter<long>("xds.write.waits", "{response}", "Long responses that waited in line while as many others as may be were written.");
    private static readonly Counter<long> WriteLimits = Meter.CreateCounter<long>("xds.write.limits", "{response}", "Long responses that were still being written when their turn was over, and no longer held up others.");

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>("xds.streams.refused", "{stream}", "Streams that were told to come again, by the limit that was reached.");

    public static void Refused(string limit) => Refusals.Add(1, new KeyValuePair<string, object?>("limit", limit));

    public static void StreamOpened(string kind) => Streams.Add(1, Tag(kind));

    public static void StreamClosed(string kind) => Streams.Add(-1, Tag(kind));

    public static void Received(string type, bool isStale)
    {
        Requests.Add(1, Tag(type));
        if (isStale)
        {
            Stale.Add(1, Tag(type));
        }
    }

    public static void Answered(string type, int acks, int nacks)
    {
        if (acks > 0)
        {
            Acks.Add(acks, Tag(type));
        }

        if (nacks > 0)
        {
            Nacks.Add(nacks, Tag(type));
        }
    }

    public static void Sent(string type, long bytes)
    {
        Responses.Add(1, Tag(type));
        Bytes.Add(bytes, Tag(type));
    }

    public static void Waited(string type, long waits, long limits)
    {
        if (waits > 0)
        {
            Waits.Add(waits, Tag(type));
        }

        if (limits > 0)
        {
            Limits.Add(limits, Tag(type));
        }
    }

    public static void Stalled() => Stalls.Add(1);

    public static void WriteWaited() => WriteWaits.Add(1);

    public static void WriteOvertaken() => WriteLimits.Add(1);

    private static KeyValuePair<string, object?> Tag(string type) => new("type", type);
}
