using XdsServer.Options;

namespace XdsServer.Pipeline;

/// <summary>
/// When gathered changes are due: after a quiet time without further changes, at the latest a maximum after the first, and at once
/// when one of them is urgent. A value: noting a change gives the next one.
/// </summary>
internal readonly record struct QuietPeriod
{
    private TimeSpan Quiet { get; init; }

    private TimeSpan MaxWait { get; init; }

    private DateTimeOffset? First { get; init; }

    private bool IsUrgent { get; init; }

    /// <summary>When the gathered changes are to be published; null when there are none.</summary>
    public DateTimeOffset? DueAt { get; private init; }

    /// <summary>Nothing has changed yet.</summary>
    public static QuietPeriod Of(PipelineOptions options) => new() { Quiet = options.Quiet, MaxWait = options.MaxWait };

    /// <summary>True when something waits and its time has come.</summary>
    public bool IsDue(DateTimeOffset now) => DueAt <= now;

    /// <summary>Another change. Once one was urgent, all that is gathered is.</summary>
    public QuietPeriod Note(DateTimeOffset now, bool isUrgent)
    {
        var first = First ?? now;
        var urgent = IsUrgent || isUrgent;
        return this with { First = first, IsUrgent = urgent, DueAt = urgent ? first : Earlier(now + Quiet, first + MaxWait) };
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
