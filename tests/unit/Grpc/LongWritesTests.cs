using XdsServer.Grpc;

namespace XdsServer.Tests.Unit.Grpc;

public sealed class LongWritesTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task As_many_as_may_be_are_written_and_the_others_follow_in_the_order_they_came()
    {
        var writes = new LongWrites(2, _time);
        using var first = await Begin(writes);
        var second = await Begin(writes);
        var third = Begin(writes);
        var fourth = Begin(writes);
        (third.IsCompleted || fourth.IsCompleted).Should().BeFalse();

        second.Dispose();
        using (await third)
        {
            fourth.IsCompleted.Should().BeFalse();
        }

        (await fourth).Dispose();
    }

    [Fact]
    public async Task A_turn_that_is_over_holds_nobody_up_and_its_end_counts_once()
    {
        var writes = new LongWrites(1, _time);
        var slow = await Begin(writes);
        var second = Begin(writes);
        var third = Begin(writes);

        _time.Advance(LongWrites.Limit - TimeSpan.FromMilliseconds(1));
        second.IsCompleted.Should().BeFalse();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        using var held = await second;

        slow.Dispose();
        third.IsCompleted.Should().BeFalse("the turn that is held now is another one");
    }

    [Fact]
    public async Task A_turn_lasts_as_long_as_its_message_while_nobody_waits()
    {
        var writes = new LongWrites(1, _time);
        var alone = await Begin(writes);
        _time.Advance(10 * LongWrites.Limit);

        var next = Begin(writes);
        _time.Advance(TimeSpan.Zero);
        (await next).Dispose();
        alone.Dispose();
    }

    [Fact]
    public async Task A_timer_that_was_set_for_a_turn_that_ended_sooner_finds_the_next()
    {
        var writes = new LongWrites(1, _time);
        var first = await Begin(writes);
        var second = Begin(writes);
        _time.Advance(LongWrites.Limit / 2);
        first.Dispose();
        using var held = await second;
        var third = Begin(writes);

        _time.Advance(LongWrites.Limit / 2);
        third.IsCompleted.Should().BeFalse("the second turn has half of its time left");
        _time.Advance(LongWrites.Limit / 2);
        (await third).Dispose();
    }

    [Fact]
    public async Task Who_gives_up_in_line_is_passed_over()
    {
        var writes = new LongWrites(1, _time);
        var first = await Begin(writes);
        using var ending = new CancellationTokenSource();
        var gone = writes.BeginAsync(ending.Token).AsTask();
        var next = Begin(writes);

        await ending.CancelAsync();
        await FluentActions.Awaiting(() => gone).Should().ThrowAsync<OperationCanceledException>();
        next.IsCompleted.Should().BeFalse();
        first.Dispose();

        (await next).Dispose();
        (await Begin(writes)).Dispose();
    }

    private static Task<LongWrites.Turn> Begin(LongWrites writes) => writes.BeginAsync(default).AsTask();
}
