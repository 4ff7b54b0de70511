using System.Runtime.CompilerServices;
using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats.Occupancy;

/// <summary>Compares an answer with what it must be.</summary>
internal static class AnswerCheck
{
    /// <summary>Null, or a sentence that says what is wrong.</summary>
    public static string? Of<TState>(
        string what, int number, in SeatResult result, SeatStatus code, TState state, bool isAgain = false)
        where TState : unmanaged, Enum
    {
        byte expected = Unsafe.BitCast<TState, byte>(state);
        bool isDuplicate = (result.Flags & SeatResultFlags.Duplicate) != 0;
        return result.Code == code && result.State == expected && isDuplicate == isAgain
            ? null
            : $"{what} {number} was answered {result.Code}, state {result.State}, flags {result.Flags}; it must be "
                + $"{code}, state {state}{(isAgain ? ", duplicate" : string.Empty)}.";
    }
}
