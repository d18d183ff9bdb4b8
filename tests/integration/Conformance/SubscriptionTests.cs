using XdsServer.Tests.Integration.Conformance.Client;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>Section 1C, first part: what a subscription is in state of the world (duties 36, 38–40, 42–44, 50–52).</summary>
public sealed class SubscriptionTests(ConformanceServer server) : ConformanceTests(server)
{
    [Fact]
    public async Task Duty_36_Each_SotW_request_replaces_the_subscription()
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Sotw();
        await stream.SubscribeAsync(Eds, A, B);
        await stream.AcceptAllAsync(Eds, A, B);

        await stream.ReplaceAsync(Eds, B);
        await TakesEffectAsync(stream);
        await World.ChangeAsync(Eds, 1, A);
        await StaysSilentAsync(stream);
        await World.ChangeAsync(Eds, 2, B);

        (await stream.NextAsync(Eds)).Names.Should().Equal(B);
    }

    [Fact]
    public async Task Duty_38_A_SotW_response_of_clusters_is_the_full_state()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Sotw();
        await stream.WatchAllAsync(Cds);
        await stream.AcceptAsync(Cds);

        await World.ChangeAsync(Cds, 1, A);
        (await stream.AcceptAsync(Cds)).Names.Should().Equal(A, B, C);
        await World.RemoveAsync(Cds, A);
        (await stream.AcceptAsync(Cds)).Names.Should().Equal(B, C);
        await World.RemoveAsync(Cds, B, C);
        (await stream.AcceptAsync(Cds)).Names.Should().BeEmpty();
    }

    [Fact]
    public async Task Duty_39_A_SotW_response_of_endpoints_holds_what_changed()
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Sotw();
        await stream.SubscribeAsync(Eds, A, B);
        await stream.AcceptAllAsync(Eds, A, B);

        await World.ChangeAsync(Eds, 1, B);

        var changed = await stream.AcceptAsync(Eds);
        changed[B].Value.Should().Be(1);
        await StaysSilentAsync(stream);
    }

    [OursFact("to send the whole subscription again is legal, only wasteful")]
    public async Task Duty_39_A_SotW_response_of_endpoints_holds_nothing_else()
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Sotw();
        await stream.SubscribeAsync(Eds, A, B);
        await stream.AcceptAllAsync(Eds, A, B);

        await World.ChangeAsync(Eds, 1, B);

        (await stream.AcceptAsync(Eds)).Names.Should().Equal(B);
    }

    [Fact]
    public async Task Duty_40_A_first_SotW_request_for_clusters_without_names_means_all()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Sotw();

        await stream.WatchAllAsync(Cds);
        (await stream.AcceptAsync(Cds)).Names.Should().Equal(A, B, C);
        await World.ChangeAsync(Cds, 1, Missing);

        (await stream.AcceptAsync(Cds)).Names.Should().Equal(A, B, C, Missing);
    }

    [Fact]
    public async Task Duty_40_A_SotW_request_for_endpoints_without_names_means_none()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Sotw();

        await stream.WatchAllAsync(Eds);

        await BringsNothingAsync(stream);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_42_A_star_means_all_and_may_be_mixed_with_names(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Ads(variant);

        await stream.SubscribeAsync(Cds, "*", A);
        await stream.AcceptAllAsync(Cds, A, B, C);
        await World.ChangeAsync(Cds, 1, Missing);

        await stream.AcceptAllAsync(Cds, Missing);
    }

    [Fact]
    public async Task Duty_43_No_names_after_some_unsubscribe_from_all()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Sotw();
        await stream.ReplaceAsync(Cds, A);
        await stream.AcceptAsync(Cds);

        await stream.ReplaceAsync(Cds);
        await TakesEffectAsync(stream);
        await World.ChangeAsync(Cds, 1, A);
        await BringsNothingAsync(stream);
        await stream.ReplaceAsync(Eds, A, B, C);

        await stream.AcceptAllAsync(Eds, A, B, C);
    }

    [Fact]
    public async Task Duty_44_All_then_all_and_one_then_one_then_none()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Sotw();

        await stream.ReplaceAsync(Cds);
        (await AnswerWithValueAsync(stream, 1)).Should().Equal(A, B, C);
        await stream.ReplaceAsync(Cds, "*", A);
        (await AnswerWithValueAsync(stream, 2)).Should().Equal(A, B, C);
        await stream.ReplaceAsync(Cds, A);
        (await AnswerWithValueAsync(stream, 3)).Should().Equal(A);
        await stream.ReplaceAsync(Cds);
        await TakesEffectAsync(stream);
        await World.ChangeAsync(Cds, 4, A, B, C);
        await BringsNothingAsync(stream);
    }

    [Fact]
    public async Task Duty_50_A_name_that_is_added_again_is_answered_again()
    {
        await World.ResetAsync(2);
        await using var stream = Proxy.Sotw();
        await stream.ReplaceAsync(Eds, A, B);
        await stream.AcceptAllAsync(Eds, A, B);

        await stream.ReplaceAsync(Eds, B);
        await stream.ReplaceAsync(Eds, A, B);

        await stream.AcceptAllAsync(Eds, A);
    }

    [Fact]
    public async Task Duty_51_What_exists_is_sent_although_other_names_do_not()
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Sotw();

        await stream.SubscribeAsync(Eds, A, Missing);

        (await stream.NextAsync(Eds)).Names.Should().Equal(A);
    }

    [Theory]
    [BothVariants]
    public async Task Duty_52_A_response_holds_each_name_once(Variant variant)
    {
        await World.ResetAsync(3);
        await using var stream = Proxy.Ads(variant);

        await stream.SubscribeAsync(Cds, "*", A, A, B);

        (await stream.AcceptAsync(Cds)).Names.Should().Equal(A, B, C);
    }

    // The step before may or may not be answered by itself; the answer to a change shows what is subscribed.
    private async Task<IReadOnlyList<string>> AnswerWithValueAsync(SotwStream stream, int value)
    {
        await TakesEffectAsync(stream);

        await World.ChangeAsync(Cds, value, A, B, C);
        var answers = await stream.AcceptUntilAsync(a => a.Entries.Any(e => e.Value == value));
        return answers[^1].Names;
    }
}
