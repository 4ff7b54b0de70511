using System.Collections.Concurrent;
using System.Diagnostics;

namespace FastCore.Protocol.Buffers;

/// <summary>
/// The buffers that are rented, in debug builds: one that is returned twice would be two callers' at once later, so it
/// is refused at the second return. Release builds leave the calls out.
/// </summary>
internal static class RentedBuffers
{
    private static readonly ConcurrentDictionary<byte[], bool> Known = new(ReferenceEqualityComparer.Instance);

    [Conditional("DEBUG")]
    public static void Note(byte[] bytes) => Known[bytes] = true;

    [Conditional("DEBUG")]
    public static void Forget(byte[] bytes)
    {
        if (!Known.TryRemove(bytes, out _))
        {
            throw new InvalidOperationException("A buffer was returned twice.");
        }
    }
}
