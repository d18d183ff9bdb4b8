using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using XdsServer.Tls;

namespace XdsServer.Tests.Unit.Tls;

public sealed class PeerTests
{
    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public void The_connection_says_whether_it_is_encrypted_and_not_the_scheme_that_a_client_names(string scheme)
    {
        Peer.Of(Context(scheme, handshake: null)).IsEncrypted.Should().BeFalse();
        Peer.Of(Context(scheme, new Handshake())).IsEncrypted.Should().BeTrue();
    }

    private static DefaultHttpContext Context(string scheme, ITlsHandshakeFeature? handshake)
    {
        var context = new DefaultHttpContext();
        context.Request.Scheme = scheme;
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        if (handshake is not null)
        {
            context.Features.Set(handshake);
        }

        return context;
    }

    // Only that the feature is there counts; its members are not looked at.
    private sealed class Handshake : ITlsHandshakeFeature
    {
        public SslProtocols Protocol => SslProtocols.Tls13;

        [Obsolete("As in the interface.")]
        public CipherAlgorithmType CipherAlgorithm => throw new NotSupportedException();

        [Obsolete("As in the interface.")]
        public int CipherStrength => throw new NotSupportedException();

        [Obsolete("As in the interface.")]
        public HashAlgorithmType HashAlgorithm => throw new NotSupportedException();

        [Obsolete("As in the interface.")]
        public int HashStrength => throw new NotSupportedException();

        [Obsolete("As in the interface.")]
        public ExchangeAlgorithmType KeyExchangeAlgorithm => throw new NotSupportedException();

        [Obsolete("As in the interface.")]
        public int KeyExchangeStrength => throw new NotSupportedException();
    }
}
