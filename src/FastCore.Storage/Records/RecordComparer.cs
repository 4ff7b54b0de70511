using FastCore.Engine.Ports;
using FASTER.core;

namespace FastCore.Storage.Records;

internal sealed class RecordComparer : IFasterEqualityComparer<RecordKey>
{
    public long GetHashCode64(ref RecordKey k) => (long)k.Hash64();

    public bool Equals(ref RecordKey k1, ref RecordKey k2) => k1.Equals(k2);
}
