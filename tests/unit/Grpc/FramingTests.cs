using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using XdsServer.Grpc;

namespace XdsServer.Tests.Unit.Grpc;

public sealed class FramingTests
{
    private const int MaxBytes = 1000;

    [Fact]
    public void Any_messages_split_anyhow_come_out_as_they_went_in()
    {
        var messages = ArbMap.Default.ArbFor<byte[]>().Generator.ListOf();
        var cuts = Gen.Choose(1, 9).ListOf();

        Prop.ForAll(messages.ToArbitrary(), cuts.ToArbitrary(), (sent, sizes) =>
        {
            var wire = Encode(sent);

            Decode(wire, sizes).Should().BeEquivalentTo(sent, o => o.WithStrictOrdering());
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    public void An_incomplete_message_takes_nothing(int length)
    {
        var buffer = new ReadOnlySequence<byte>(Encode([[1, 2, 3]])[..length]);

        Framing.TryRead(ref buffer, MaxBytes, out _).Should().BeFalse();

        buffer.Length.Should().Be(length);
    }

    [Fact]
    public void A_first_byte_other_than_0_or_1_is_no_gRPC()
    {
        Read([2, 0, 0, 0, 0]).Should().Throw<GrpcException>().Which.Status.Code.Should().Be(GrpcStatusCode.Internal);
    }

    [Fact]
    public void A_message_over_the_limit_is_refused_by_its_prefix_alone()
    {
        var refused = Read([0, 0xFF, 0xFF, 0xFF, 0xFF]).Should().Throw<GrpcException>().Which.Status;

        refused.Code.Should().Be(GrpcStatusCode.ResourceExhausted);
        refused.Message.Should().Contain("4294967295").And.Contain("1000");
    }

    [Fact]
    public void A_message_of_exactly_the_limit_is_taken()
    {
        var buffer = new ReadOnlySequence<byte>(Encode([new byte[MaxBytes]]));

        Framing.TryRead(ref buffer, MaxBytes, out var message).Should().BeTrue();

        message.Bytes.Length.Should().Be(MaxBytes);
    }

    private static Action Read(byte[] bytes) => () =>
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        Framing.TryRead(ref buffer, MaxBytes, out _);
    };

    private static byte[] Encode(IEnumerable<byte[]> messages)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var message in messages)
        {
            Framing.WritePrefix(output, isCompressed: false, message.Length);
            output.Write(message);
        }

        return output.WrittenSpan.ToArray();
    }

    // Bytes arrive in pieces of the given sizes, again and again; what is not taken stays in front of the next piece.
    private static List<byte[]> Decode(byte[] wire, List<int> sizes)
    {
        var decoded = new List<byte[]>();
        var pending = new ReadOnlySequence<byte>();
        var at = 0;
        for (var i = 0; at < wire.Length; i++)
        {
            var size = Math.Min(sizes.Count == 0 ? wire.Length : sizes[i % sizes.Count], wire.Length - at);
            pending = Segment.Join(pending.ToArray(), wire.AsMemory(at, size));
            at += size;
            while (Framing.TryRead(ref pending, int.MaxValue, out var message))
            {
                decoded.Add(message.Bytes.ToArray());
            }
        }

        pending.Length.Should().Be(0);
        return decoded;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Join(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
        {
            var last = new Segment { Memory = second, RunningIndex = first.Length };
            return new ReadOnlySequence<byte>(new Segment { Memory = first, Next = last }, 0, last, second.Length);
        }
    }
}
