using XdsServer.Tests.Integration.Conformance.Client;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Section 1D: names that do not exist, names that come to exist, names that go (duties 54–58, 60).</summary>
public sealed class MissingNameTests(ConformanceServer server) : ConformanceTests(server)
{
    [Fact]
    public async Task Duty_54_In_SotW_a_missing_name_disturbs_nobody()
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Sotw();

        await stream.SubscribeAsync(Eds, Missing);
        await BringsNothingAsync(stream);
        await TakesEffectAsync(stream);
        await stream.SubscribeAsync(Eds, A, B);
        await stream.AcceptAllAsync(Eds, A, B);
    }

    [Fact]
    public async Task Duty_55_In_delta_a_missing_name_is_answered_as_removed()
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Delta();

        await stream.SubscribeAsync(Eds, Missing);

        (await stream.NextAsync(Eds)).Removed.Should().Equal(Missing);
    }

    [Fact]
    public async Task Duty_55_In_delta_a_missing_name_beside_others_is_answered_as_removed()
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Delta();

        await stream.SubscribeAsync(Eds, A, Missing);

        var answers = await stream.AcceptUntilAsync(a => a.Removed.Count > 0);
        answers.SelectMany(a => a.Names).Should().Equal(A);
        answers[^1].Removed.Should().Equal(Missing);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_56_A_missing_name_is_sent_when_it_comes_to_exist(Variant variant)
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Ads(variant);
        await stream.SubscribeAsync(Eds, A, B, Missing);
        await stream.AcceptAllAsync(Eds, A, B);
        await TakesEffectAsync(stream);

        await World.ChangeAsync(Eds, 3, Missing);

        (await stream.AcceptAllAsync(Eds, Missing))[Missing].Value.Should().Be(3);
    }

    [Fact]
    public async Task Duty_57_In_delta_a_deleted_name_is_reported_once()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);

        await World.RemoveAsync(Cds, B);
        var removal = await stream.AcceptAsync(Cds);
        await World.RepublishAsync();

        removal.Removed.Should().Equal(B);
        removal.Names.Should().BeEmpty();
        await StaysSilentAsync(stream);
    }

    [Fact]
    public async Task Duty_57_In_delta_a_deleted_name_that_returns_is_sent()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();
        await stream.SubscribeAsync(Eds, B);
        await stream.AcceptAsync(Eds);
        await World.RemoveAsync(Eds, B);
        (await stream.AcceptAsync(Eds)).Removed.Should().Equal(B);

        await World.ChangeAsync(Eds, 0, B);

        (await stream.AcceptAsync(Eds)).Names.Should().Equal(B);
    }

    [Fact]
    public async Task Duty_58_In_SotW_the_removal_of_endpoints_has_no_form()
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Sotw();
        await stream.SubscribeAsync(Eds, A, B);
        await stream.AcceptAllAsync(Eds, A, B);

        await World.RemoveAsync(Eds, A);
        await World.SettleAsync(stream);
        foreach (var rest in stream.Unread().ToList())
        {
            rest.Names.Should().NotContain(A);
            await stream.AcceptAsync(Eds);
        }

        await World.ChangeAsync(Eds, 1, B);
        await stream.AcceptAllAsync(Eds, B);
    }

    [Fact]
    public async Task Duty_60_In_delta_a_cluster_without_endpoints_need_not_wait_for_them()
    {
        await World.ResetAsync(2);
        await World.RemoveAsync(Eds, A);
        await using var stream = Proxy.Delta();
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);

        await stream.SubscribeAsync(Eds, A, B);

        var answers = await stream.AcceptUntilAsync(a => a.Removed.Count > 0);
        answers[^1].Removed.Should().Equal(A);
    }
}
