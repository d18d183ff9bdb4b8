using XdsServer.Options;

namespace XdsServer.Pipeline;

/// <summary>
/// When gathered changes are due: after a quiet time without further changes, at the latest a maximum after the first, and at once
/// when one of them is urgent. Endpoints have times of their own as long as nothing else has changed. A value: noting a change gives
/// the next one.
/// </summary>
internal readonly record struct QuietPeriod
{
    private PipelineOptions Options { get; init; }

    private DateTimeOffset? First { get; init; }

    private SourceChange Greatest { get; init; }

    /// <summary>When the gathered changes are to be published; null when there are none.</summary>
    public DateTimeOffset? DueAt { get; private init; }

    /// <summary>Nothing has changed yet.</summary>
    public static QuietPeriod Of(PipelineOptions options) => new() { Options = options };

    /// <summary>True when something waits and its time has come.</summary>
    public bool IsDue(DateTimeOffset now) => DueAt <= now;

    /// <summary>Another change. The greatest of all that is gathered decides; once one was urgent, all of it is.</summary>
    public QuietPeriod Note(DateTimeOffset now, SourceChange change)
    {
        if (change == SourceChange.None)
        {
            return this;
        }

        var first = First ?? now;
        var greatest = change > Greatest ? change : Greatest;
        var dueAt = greatest switch
        {
            SourceChange.Urgent => first,
            SourceChange.Endpoints => Earlier(now + Options.EndpointQuiet, first + Options.EndpointMaxWait),
            _ => Earlier(now + Options.Quiet, first + Options.MaxWait),
        };
        return this with { First = first, Greatest = greatest, DueAt = dueAt };
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
