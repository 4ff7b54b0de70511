namespace FastCore.Protocol.Frames;

/// <summary>The protocol versions this build speaks, and how two sides agree on one.</summary>
public static class ProtocolVersions
{
    /// <summary>Lowest version spoken.</summary>
    public const byte Min = 1;

    /// <summary>Highest version spoken.</summary>
    public const byte Max = FrameHeader.CurrentVersion;

    /// <summary>The highest version both sides speak, or 0 when they share none.</summary>
    /// <param name="peerMin">Lowest version of the peer.</param>
    /// <param name="peerMax">Highest version of the peer.</param>
    public static byte Choose(byte peerMin, byte peerMax)
    {
        byte highest = Math.Min(peerMax, Max);
        return peerMin <= peerMax && highest >= Math.Max(peerMin, Min) ? highest : (byte)0;
    }
}
