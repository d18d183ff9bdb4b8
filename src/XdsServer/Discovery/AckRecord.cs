using XdsServer.Translators.Resources;

namespace XdsServer.Discovery;

/// <summary>What one subscription was sent, accepted and rejected, and when: for people (protocol duty 23).</summary>
internal sealed class AckRecord
{
    /// <summary>The number in the newest response's nonce; null before the first response.</summary>
    public long? LastNonce { get; private set; }

    /// <summary>The number in the newest heartbeat's nonce; 0 before the first.</summary>
    public long LastHeartbeat { get; set; }

    public ContentHash? SentVersion { get; private set; }

    public TimeSpan SentAt { get; private set; }

    public ContentHash? AckedVersion { get; private set; }

    public TimeSpan AckedAt { get; private set; }

    public ContentHash? NackedVersion { get; private set; }

    public TimeSpan NackedAt { get; private set; }

    /// <summary>The client's words about the newest response that it rejected; null once it accepted a newer one.</summary>
    public string? Error { get; private set; }

    public long Responses { get; private set; }

    public long Acks { get; private set; }

    public long Nacks { get; private set; }

    /// <summary>Changes that had to wait, and those of them that reached their limit.</summary>
    public long Waits { get; set; }

    public long Limits { get; set; }

    /// <summary>Newer content waits for the client's answer to older.</summary>
    public bool IsBlocked { get; set; }

    public void Sent(Update update)
    {
        (LastNonce, SentVersion, SentAt) = (update.Nonce, update.Version, update.SentAt);
        Responses++;
    }

    public void Answered(Update update, string? error, TimeSpan now)
    {
        Error = error;
        if (error is null)
        {
            (AckedVersion, AckedAt) = (update.Version, now);
            Acks++;
        }
        else
        {
            (NackedVersion, NackedAt) = (update.Version, now);
            Nacks++;
        }
    }
}
