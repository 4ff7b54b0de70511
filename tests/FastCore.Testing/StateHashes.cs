using FastCore.Engine.Ports;

namespace FastCore.Testing;

/// <summary>The state hash of parts, as a checkpoint would compute it.</summary>
public static class StateHashes
{
    public static ulong Of(IEnumerable<IStatePart> parts)
    {
        StateHash hash = new();
        foreach (IStatePart part in parts)
        {
            hash.BeginSection(part.Name, part.Version);
            part.BeginCheckpoint();
            while (!part.WriteSlice(hash, 1 << 20))
            {
            }
        }

        return hash.Value;
    }
}
