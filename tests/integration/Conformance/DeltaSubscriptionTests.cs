using XdsServer.Tests.Integration.Conformance.Client;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Section 1C, second part: subscribing and unsubscribing in delta (duties 37, 41, 45–49).</summary>
public sealed class DeltaSubscriptionTests(ConformanceServer server) : ConformanceTests(server)
{
    [Fact]
    public async Task Duty_37_Delta_requests_edit_the_subscription()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();
        await stream.SubscribeAsync(Eds, A);
        await stream.AcceptAllAsync(Eds, A);
        await stream.SubscribeAsync(Eds, B);
        await stream.AcceptAllAsync(Eds, B);
        await stream.UnsubscribeAsync(Eds, A);
        await TakesEffectAsync(stream);

        await World.ChangeAsync(Eds, 1, A, B, C);

        (await stream.AcceptAsync(Eds)).Names.Should().Equal(B);
    }

    [Fact]
    public async Task Duty_41_A_first_delta_request_for_clusters_without_names_means_all()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();

        await stream.WatchAllAsync(Cds);
        (await stream.AcceptAsync(Cds)).Names.Should().Equal(A, B, C);
        await World.ChangeAsync(Cds, 1, Missing);

        (await stream.AcceptAsync(Cds)).Names.Should().Equal(Missing);
    }

    [Fact]
    public async Task Duty_41_After_a_name_was_given_a_delta_request_without_names_means_nothing()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();
        await stream.SubscribeAsync(Cds, A);
        await stream.AcceptAsync(Cds);
        await stream.UnsubscribeAsync(Cds, A);

        await stream.WatchAllAsync(Cds);

        await BringsNothingAsync(stream);
    }

    [Fact]
    public async Task Duty_45_Unsubscribing_the_star_leaves_the_names()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();
        await stream.SubscribeAsync(Cds, "*", A);
        await stream.AcceptAllAsync(Cds, A, B, C);

        await stream.UnsubscribeAsync(Cds, "*");
        await TakesEffectAsync(stream);
        await World.ChangeAsync(Cds, 1, A, B);

        var answers = await stream.AcceptUntilAsync(a => a.Entries.Any(e => e.Value == 1));
        answers[^1].Names.Should().Equal(A);
    }

    [Fact]
    public async Task Duty_45_Unsubscribing_the_star_without_names_leaves_nothing()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();
        await stream.SubscribeAsync(Cds, "*");
        await stream.AcceptAllAsync(Cds, A, B, C);

        await stream.UnsubscribeAsync(Cds, "*");
        await TakesEffectAsync(stream);
        await World.ChangeAsync(Cds, 1, A, B, C, Missing);

        await BringsNothingAsync(stream);
    }

    [Fact]
    public async Task Duty_46_Unsubscribing_a_name_under_a_star_is_answered_with_the_resource()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();
        await stream.SubscribeAsync(Cds, "*", A);
        await stream.AcceptAllAsync(Cds, A, B, C);

        await stream.UnsubscribeAsync(Cds, A);

        (await stream.NextAsync(Cds)).Names.Should().Equal(A);
    }

    [Fact]
    public async Task Duty_46_Unsubscribing_a_missing_name_under_a_star_is_answered_as_removed()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();
        await stream.SubscribeAsync(Cds, "*", Missing);
        await stream.AcceptUntilAsync(a => a.Names.Count == 3);
        await TakesEffectAsync(stream);

        await stream.UnsubscribeAsync(Cds, Missing);

        (await stream.NextAsync(Cds)).Removed.Should().Equal(Missing);
    }

    [Fact]
    public async Task Duty_47_Unsubscribing_a_name_is_not_answered()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();
        await stream.SubscribeAsync(Eds, A, B);
        await stream.AcceptAllAsync(Eds, A, B);

        await stream.UnsubscribeAsync(Eds, B);

        await StaysSilentAsync(stream);
    }

    [Fact]
    public async Task Duty_48_Unsubscribing_a_name_that_was_never_subscribed_is_ignored()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();
        await stream.SubscribeAsync(Eds, A);
        await stream.AcceptAsync(Eds);

        await stream.UnsubscribeAsync(Eds, B, Missing);
        await StaysSilentAsync(stream);
        await World.ChangeAsync(Eds, 1, A, B);

        (await stream.NextAsync(Eds)).Names.Should().Equal(A);
    }

    [Fact]
    public async Task Duty_49_Subscribing_to_a_name_again_is_answered_again()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();
        await stream.SubscribeAsync(Eds, A, B);
        await stream.AcceptAllAsync(Eds, A, B);

        await stream.SubscribeAsync(Eds, A);

        (await stream.NextAsync(Eds)).Names.Should().Equal(A);
    }

    [Fact]
    public async Task Duty_49_Subscribing_to_a_name_under_a_star_is_answered()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Delta();
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);

        await stream.SubscribeAsync(Cds, A);

        (await stream.NextAsync(Cds)).Names.Should().Equal(A);
    }
}
