using XdsServer.Options;
using XdsServer.Pipeline;

namespace XdsServer.Tests.Unit.Pipeline;

public sealed class QuietPeriodTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly QuietPeriod Nothing = QuietPeriod.Of(new PipelineOptions());

    [Fact]
    public void Nothing_is_due_before_a_change()
    {
        Nothing.IsDue(Start.AddYears(1)).Should().BeFalse();
        Nothing.DueAt.Should().BeNull();
    }

    [Fact]
    public void One_change_is_due_after_the_quiet_time()
    {
        var one = Nothing.Note(Start, SourceChange.Structure);

        one.IsDue(Start.AddMilliseconds(99)).Should().BeFalse();
        one.IsDue(Start.AddMilliseconds(100)).Should().BeTrue();
    }

    [Fact]
    public void A_further_change_starts_the_quiet_time_anew()
    {
        var two = Nothing.Note(Start, SourceChange.Structure).Note(Start.AddMilliseconds(80), SourceChange.Structure);

        two.DueAt.Should().Be(Start.AddMilliseconds(180));
    }

    [Fact]
    public void A_restless_source_is_published_at_the_latest_after_the_maximum()
    {
        var restless = Enumerable.Range(0, 50).Aggregate(Nothing, (q, i) => q.Note(Start.AddMilliseconds(i * 50), SourceChange.Structure));

        restless.DueAt.Should().Be(Start.AddSeconds(1));
    }

    [Fact]
    public void An_urgent_change_is_due_at_once_and_takes_what_waits_along()
    {
        var urgent = Nothing.Note(Start, SourceChange.Structure).Note(Start.AddMilliseconds(10), SourceChange.Urgent);

        urgent.IsDue(Start.AddMilliseconds(10)).Should().BeTrue();
        urgent.Note(Start.AddMilliseconds(11), SourceChange.Structure).IsDue(Start.AddMilliseconds(11)).Should().BeTrue();
    }

    [Fact]
    public void Endpoints_have_times_of_their_own_until_something_else_changes()
    {
        var nothing = QuietPeriod.Of(new PipelineOptions { EndpointQuiet = TimeSpan.FromMilliseconds(10), EndpointMaxWait = TimeSpan.FromMilliseconds(25) });

        var endpoints = nothing.Note(Start, SourceChange.Endpoints);
        var restless = endpoints.Note(Start.AddMilliseconds(9), SourceChange.Endpoints).Note(Start.AddMilliseconds(18), SourceChange.Endpoints);

        endpoints.DueAt.Should().Be(Start.AddMilliseconds(10));
        restless.DueAt.Should().Be(Start.AddMilliseconds(25));
        endpoints.Note(Start.AddMilliseconds(5), SourceChange.Structure).DueAt.Should().Be(Start.AddMilliseconds(105));
        endpoints.Note(Start.AddMilliseconds(5), SourceChange.None).Should().Be(endpoints);
    }
}
