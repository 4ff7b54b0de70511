using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Protocol;

namespace FastCore.Cli.Inspect;

/// <summary>Goes through the commands of a journal entry, one after the other.</summary>
internal ref struct CommandCursor(IJournalReader entry)
{
    private ReadOnlySpan<byte> _rest = entry.Commands;
    private int _left = entry.CommandCount;

    /// <summary>Header of the command.</summary>
    public CommandHeader Header { get; private set; }

    /// <summary>Its body: prefix and elements.</summary>
    public ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>Name of its operation, or its number when this build does not know it.</summary>
    public readonly string Name =>
        OperationTable.Find((Operation)Header.Operation)?.Name ?? $"operation {Header.Operation}";

    /// <summary>Moves to the next command; false at the end.</summary>
    public bool MoveNext()
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        Header = MemoryMarshal.Read<CommandHeader>(_rest);
        Body = _rest[CommandHeader.Size..(int)Header.Length];
        int padded = ((int)Header.Length + CommandHeader.Alignment - 1) & -CommandHeader.Alignment;
        _rest = _rest[Math.Min(padded, _rest.Length)..];
        return true;
    }
}
