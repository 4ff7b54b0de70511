using System.Text;
using FastCore.Client;
using FastCore.Fuzz.Core;
using FastCore.Server.Fronts;

namespace FastCore.Fuzz.Texts;

/// <summary>Addresses as people write them: where a server listens, and where a client connects to.</summary>
public sealed class AddressFuzzer : Fuzzer
{
    /// <inheritdoc/>
    public override string Name => "addresses";

    /// <inheritdoc/>
    public override string Summary => "ListenAddress and Endpoint: addresses of servers.";

    /// <inheritdoc/>
    public override int InputSizeMax => 200;

    /// <inheritdoc/>
    public override long AllocationMax => 32 << 10;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens =>
    [
        .. ((string[])
        [
            "tcp://", "unix://", "[", "]", "::1", ":", "*", "localhost", "%eth0", "@", "/", "?", "#", "0", "65535",
            "65536", "xn--", "127.0.0.1", "0x7f.1", "..", "\u00e9", "%00",
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() =>
    [
        .. ((string[])
        [
            "tcp://127.0.0.1:7040", "tcp://[::1]:7040", "tcp://*:1", "tcp://localhost:65535",
            "unix:///run/fastcore.sock", "tcp://ledger.example.com:7040", "tcp://[fe80::1%2]:9",
        ]).Select(Encoding.UTF8.GetBytes),
    ];

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        ListenAddress? listen = ListenAddress.TryParse(text);
        if (listen?.Ip is not null)
        {
            BrokenPropertyException.Unless(
                ListenAddress.TryParse(ListenAddress.Describe(listen.Ip)) == listen,
                "the address is written differently");
        }

        Endpoint? endpoint = ParseEndpoint(text);
        if (endpoint is not null)
        {
            BrokenPropertyException.Unless(
                endpoint.Path is { Length: > 0 }
                    || (endpoint.Host is { Length: > 0 } && endpoint.Port is > 0 and <= 65535),
                "an endpoint without a place");
        }

        return listen is null && endpoint is null
            ? Verdict.Refused(text.Length == 0 ? 0 : 1)
            : Verdict.Accepted(listen is null ? 0 : 1, endpoint is null ? 0 : 1, (int)(listen?.Ip?.AddressFamily ?? 0));
    }

    private static Endpoint? ParseEndpoint(string text)
    {
        try
        {
            return Endpoint.Parse(text);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
