namespace XdsServer.Discovery;

/// <summary>Streams of one group that want the same.</summary>
internal sealed class Audience(Wants wants)
{
    /// <summary>What they want.</summary>
    public Wants Wants { get; } = wants;

    /// <summary>How many they are, resting or not.</summary>
    public int Count { get; set; }

    /// <summary>Those that rest, and hold all of it as the group's newest snapshot has it.</summary>
    public LinkedList<DiscoveryStream> Resting { get; } = [];
}
