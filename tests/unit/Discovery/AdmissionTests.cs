using XdsServer.Discovery;

namespace XdsServer.Tests.Unit.Discovery;

public sealed class AdmissionTests
{
    [Fact]
    public void A_stream_beyond_the_limit_is_refused_until_one_has_ended()
    {
        var admission = new Admission(new DiscoveryOptions { MaxStreams = 2, NewStreamsPerSecond = 0 });
        admission.Enter();
        admission.Enter();

        Refusal(admission).Should().Contain("MaxStreams");

        admission.Leave();
        admission.Enter();
        Refusal(admission).Should().Contain("MaxStreams");
    }

    [Fact]
    public void Streams_that_come_faster_than_they_can_be_served_are_told_to_come_again()
    {
        var admission = new Admission(new DiscoveryOptions { NewStreamsPerSecond = 1, NewStreamsBurst = 3, MaxStreams = 1 });

        for (var i = 0; i < 3; i++)
        {
            admission.Enter();
            admission.Leave();
        }

        // One that was refused holds no place.
        Refusal(admission).Should().Contain("NewStreamsPerSecond");
        Refusal(admission).Should().Contain("NewStreamsPerSecond");
    }

    [Fact]
    public void Places_come_back_with_time()
    {
        var admission = new Admission(new DiscoveryOptions { NewStreamsPerSecond = 100_000, NewStreamsBurst = 1, MaxStreams = 0 });
        var served = 0;

        // As often as it takes: time goes on by itself, and nothing but time gives a place back.
        while (served < 10)
        {
            try
            {
                admission.Enter();
                served++;
            }
            catch (DiscoveryException)
            {
                Thread.Yield();
            }
        }
    }

    [Fact]
    public void Zero_means_no_limit()
    {
        var admission = new Admission(new DiscoveryOptions { MaxStreams = 0, NewStreamsPerSecond = 0 });

        for (var i = 0; i < 1000; i++)
        {
            admission.Enter();
        }
    }

    private static string Refusal(Admission admission)
    {
        var enter = admission.Enter;
        var refused = enter.Should().Throw<DiscoveryException>().Which;
        refused.Fault.Should().Be(DiscoveryFault.Unavailable);
        return refused.Message;
    }
}
