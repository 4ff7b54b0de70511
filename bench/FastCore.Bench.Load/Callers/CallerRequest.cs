using System.Runtime.InteropServices;

namespace FastCore.Bench.Load.Callers;

/// <summary>What a caller asks for: an amount from one account to another.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal readonly record struct CallerRequest(int Caller, int Debit, int Credit, int Amount)
{
    /// <summary>The request of a caller's turn.</summary>
    public static CallerRequest Of(int caller, int turn)
    {
        ulong mix = (((ulong)(uint)turn << 32) | (uint)caller) * 0x9E37_79B9_7F4A_7C15;
        mix = (mix ^ (mix >> 32)) * 0xD6E8_FEB8_6659_FD93;
        int debit = (int)((uint)mix % CallerAccounts.Count);
        int credit = (int)((uint)(mix >> 32) % (CallerAccounts.Count - 1));
        return new CallerRequest(caller, debit, credit < debit ? credit : credit + 1, 1 + (int)(mix >> 58));
    }
}
