namespace FastCore.Protocol.Frames;

/// <summary>What <see cref="FrameReader.Read"/> found.</summary>
public enum FrameRead : byte
{
    /// <summary>Not a whole frame yet; read more bytes.</summary>
    Incomplete,

    /// <summary>One whole frame with a good checksum.</summary>
    Complete,

    /// <summary>
    /// Not a frame: the reader's <see cref="FrameReader.Refusal"/> says why. Nothing after it can be trusted, so the
    /// connection must be closed.
    /// </summary>
    Refused,
}
