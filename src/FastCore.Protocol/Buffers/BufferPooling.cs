namespace FastCore.Protocol.Buffers;

/// <summary>Where the buffers of convenient calls come from.</summary>
public enum BufferPooling : byte
{
    /// <summary><see cref="System.Buffers.ArrayPool{T}"/>, the process's shared one. The default.</summary>
    Array,

    /// <summary>
    /// Pools of <c>Microsoft.Extensions.ObjectPool</c>, one for each power of two, bounded by the number of cores.
    /// </summary>
    Object,

    /// <summary>None: each buffer is new, and the collector's.</summary>
    None,
}
