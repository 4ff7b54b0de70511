using System.Runtime.InteropServices;

using FastCore.Engine.Ports;
using FastCore.Engine.Rings;

namespace FastCore.Engine.Partitions;

/// <summary>What lies behind a request's envelope, in the ring or in a copy.</summary>
internal static unsafe class RequestMemory
{
    /// <summary>The body of its command.</summary>
    public static ReadOnlySpan<byte> BodyOf(RequestEnvelope* request) =>
        new((byte*)&request->Command + CommandHeader.Size, (int)request->Command.Length - CommandHeader.Size);

    /// <summary>
    /// A copy for who needs it longer than the ring keeps it; freed with <see cref="NativeMemory.AlignedFree"/>.
    /// </summary>
    public static RequestEnvelope* CopyOf(RequestEnvelope* request)
    {
        nuint size = RequestEnvelope.CommandOffset + request->Command.Length;
        RequestEnvelope* copy = (RequestEnvelope*)NativeMemory.AlignedAlloc(size + 8, 64);
        NativeMemory.Copy(request, copy, size);
        return copy;
    }
}
