using System.Buffers;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using XdsServer.Discovery;

namespace XdsServer.Tests.Unit.Discovery;

public sealed class RequestReaderTests
{
    private readonly RequestReader _reader = new();
    private readonly List<string> _names = [.. Enumerable.Range(0, 200).Select(i => $"cluster-{i}")];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Delta_request_with_many_names_is_read_whole(int segment)
    {
        var request = new DeltaDiscoveryRequest
        {
            Node = new() { Id = "n", Cluster = "c" },
            TypeUrl = "t",
            ResourceNamesSubscribe = { _names },
            ResourceNamesUnsubscribe = { "gone" },
            InitialResourceVersions = { ["a"] = "1" },
            ResponseNonce = "9",
            ErrorDetail = new() { Message = "no" },
        };

        var read = _reader.Read(DiscoveryVariant.Delta, Segments(request.ToByteArray(), segment));

        read.Names.Should().Equal(_names);
        read.Unsubscribe.Should().Equal("gone");
        read.InitialVersions.Should().Contain("a", "1");
        (read.TypeUrl, read.Nonce, read.Error, read.Node!.Id, read.Node.Cluster).Should().Be(("t", "9", "no", "n", "c"));
    }

    [Fact]
    public void Sotw_request_with_many_names_is_read_whole()
    {
        var request = new DiscoveryRequest { VersionInfo = "v", Node = new() { Id = "n" }, ResourceNames = { _names }, TypeUrl = "t", ResponseNonce = "9" };

        var read = _reader.Read(DiscoveryVariant.Sotw, Segments(request.ToByteArray(), 100));

        read.Names.Should().Equal(_names);
        (read.TypeUrl, read.Nonce, read.Version, read.Node!.Id, read.Error).Should().Be(("t", "9", "v", "n", null));
    }

    [Fact]
    public void Requests_with_the_same_names_share_one_list()
    {
        var first = Read(new DiscoveryRequest { ResourceNames = { _names }, ResponseNonce = "1" });
        var second = Read(new DiscoveryRequest { ResourceNames = { _names }, ResponseNonce = "2", VersionInfo = "x" });

        second.Names.Should().BeSameAs(first.Names);
    }

    [Fact]
    public void Other_names_are_another_list() =>
        Read(new DiscoveryRequest { ResourceNames = { _names, "one-more" } }).Names.Should().NotBeSameAs(Read(new DiscoveryRequest { ResourceNames = { _names } }).Names);

    [Fact]
    public void Names_in_two_places_of_a_message_are_all_read()
    {
        byte[] message =
        [
            .. new DiscoveryRequest { ResourceNames = { _names } }.ToByteArray(),
            .. new DiscoveryRequest { TypeUrl = "t" }.ToByteArray(),
            .. new DiscoveryRequest { ResourceNames = { "last" } }.ToByteArray(),
        ];

        var read = _reader.Read(DiscoveryVariant.Sotw, new ReadOnlySequence<byte>(message));

        read.Names.Should().Equal([.. _names, "last"]);
        read.TypeUrl.Should().Be("t");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void Message_that_is_cut_is_refused_with_a_text(int missing)
    {
        var message = new DiscoveryRequest { ResourceNames = { _names }, TypeUrl = "t" }.ToByteArray();

        FluentActions.Invoking(() => _reader.Read(DiscoveryVariant.Sotw, new ReadOnlySequence<byte>(message, 0, message.Length - missing)))
            .Should().Throw<DiscoveryException>().WithMessage("The message is not a DiscoveryRequest:*");
    }

    private ClientRequest Read(DiscoveryRequest request) => _reader.Read(DiscoveryVariant.Sotw, new ReadOnlySequence<byte>(request.ToByteArray()));

    private static ReadOnlySequence<byte> Segments(byte[] bytes, int size)
    {
        var first = new Segment(bytes.AsMemory(0, Math.Min(size, bytes.Length)), 0);
        var last = first;
        for (var at = size; at < bytes.Length; at += size)
        {
            last = last.Append(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long start) => (Memory, RunningIndex) = (memory, start);

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
