using FsCheck;
using FsCheck.Fluent;
using XdsServer.LoadReports;

namespace XdsServer.Tests.Unit.LoadReports;

public sealed class LoadReportStoreTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Reports_are_kept_as_long_as_the_window()
    {
        var store = NewStore();
        for (var i = 1; i <= 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            store.Add(Loads.Sidecar("client"), Report(i)).Should().BeTrue();
        }

        store.Read().Should().ContainSingle().Which.Reports.Select(r => r.Loads[0].Counts.Succeeded).Should().Equal(3, 4, 5);
        store.Rows.Should().Be(7, "a proxy and three reports with one cluster each");
    }

    [Fact]
    public void A_report_without_traffic_takes_no_room_but_keeps_the_proxy_known()
    {
        var store = NewStore();
        store.Add(Loads.Sidecar("client"), Report(1));
        _time.Advance(TimeSpan.FromSeconds(25));

        store.Add(Loads.Sidecar("client"), Loads.Report(_time.GetUtcNow())).Should().BeTrue();

        var known = store.Read().Should().ContainSingle().Subject;
        known.Newest.Should().Be(_time.GetUtcNow());
        known.Reports.Should().ContainSingle();
    }

    [Fact]
    public void A_silent_proxy_no_longer_counts_and_is_forgotten()
    {
        var store = NewStore();
        store.Add(Loads.Sidecar("client"), Report(1));
        _time.Advance(TimeSpan.FromSeconds(30));

        store.Read().Should().BeEmpty();
        store.Reporters.Should().Be(1);
        store.DropSilent();

        store.Reporters.Should().Be(0);
        store.Rows.Should().Be(0);
    }

    [Fact]
    public void A_proxy_is_silent_only_after_three_intervals_however_short_the_window()
    {
        var store = new LoadReportStore(new LoadReportOptions { Interval = TimeSpan.FromSeconds(30), Window = TimeSpan.FromSeconds(30) }, _time);
        store.Add(Loads.Sidecar("client"), Report(1));
        _time.Advance(TimeSpan.FromSeconds(80));

        store.Read().Should().ContainSingle();
    }

    [Fact]
    public void Without_room_a_report_is_dropped_and_counted()
    {
        var store = NewStore(maxRows: 4);

        store.Add(Loads.Sidecar("a"), Report(1)).Should().BeTrue();
        store.Add(Loads.Sidecar("b"), Report(1)).Should().BeFalse();

        store.Rows.Should().Be(4, "the second proxy is known, its report is not kept");
        store.Dropped.Should().Be(1);
        store.Add(Loads.Sidecar("c"), Report(1)).Should().BeFalse();
        store.Reporters.Should().Be(2);
    }

    [Fact]
    public void There_are_never_more_rows_than_allowed_and_none_are_lost_count_of() =>
        Prop.ForAll(Gen.Choose(1, 60).ToArbitrary(), ArbMap.Default.ArbFor<byte[]>(), (max, steps) =>
        {
            var store = NewStore(max);
            foreach (var step in steps)
            {
                _time.Advance(TimeSpan.FromSeconds(step % 20));
                store.Add(Loads.Sidecar($"s{step % 5}"), Loads.Report(_time.GetUtcNow(), [.. Enumerable.Range(1, step % 9).Select(c => Loads.To($"web{c}", c))]));
                store.Rows.Should().BeInRange(0, max);
            }

            _time.Advance(TimeSpan.FromHours(1));
            store.DropSilent();
            store.Rows.Should().Be(0);
        }).QuickCheckThrowOnFailure();

    private LoadReport Report(int succeeded) => Loads.Report(_time.GetUtcNow(), Loads.To("web", succeeded));

    private LoadReportStore NewStore(int maxRows = 1000) => new(new LoadReportOptions { MaxRows = maxRows }, _time);
}
