namespace XdsServer.Tests.Integration.Harness;

/// <summary>The thread pool that clients, servers and timers of all tests share in this process.</summary>
public sealed class ThreadPoolTests
{
    [Fact]
    public void The_test_host_leaves_threads_for_the_tests_however_few_the_cores()
    {
        ThreadPool.GetMinThreads(out var atHand, out _);

        atHand.Should().BeGreaterThanOrEqualTo(16, "the project sets so many, and the test host blocks two of them");
    }
}
