// Hot file: no allocation in steady state, no lock.
using System.Runtime.InteropServices;

using FastCore.Protocol;

namespace FastCore.Node.Sessions;

/// <summary>
/// Which elements of a request take a first step at their cards: those whose card lives on another partition than their
/// merchant. The second step then takes the elements of a merchant in the order of the request, whoever counts their
/// cards. So that a card too sees its elements in that order, one first step takes all of them along.
/// </summary>
internal static class CardsElsewhere
{
    private const int MerchantOffset = 16;

    // Bits for each element: a card that is taken for another one only costs a step that was not needed.
    private const int BitsPerElement = 16;

    /// <summary>Fills in the partition of the first step of each element, or that it takes none.</summary>
    /// <param name="slot">The request.</param>
    /// <param name="first">The first step.</param>
    /// <param name="body">The elements.</param>
    /// <param name="partitions">Partitions of the node.</param>
    /// <returns>Whether any element takes a first step.</returns>
    public static bool Find(RequestSlot slot, OperationShape first, ReadOnlySpan<byte> body, int partitions)
    {
        Span<short> partOf = slot.RoomForParts();
        int bits = BitsPerElement * (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, slot.Count));
        Span<ulong> seen = stackalloc ulong[bits / 64];
        int elsewhere = 0;
        for (int i = 0; i < partOf.Length; i++)
        {
            ReadOnlySpan<byte> element = body.Slice(i * first.ElementSize, first.ElementSize);
            ulong card = MemoryMarshal.Read<ulong>(element[first.KeyOffset..]);
            int partition = PartitionMap.Of(card, partitions);
            bool isElsewhere = card != 0
                && partition != PartitionMap.Of(MemoryMarshal.Read<ulong>(element[MerchantOffset..]), partitions);
            partOf[i] = isElsewhere ? (short)partition : RequestSlot.NoPart;
            if (isElsewhere)
            {
                elsewhere++;
                uint bit = BitOf(card, bits);
                seen[(int)(bit >> 6)] |= 1UL << (int)(bit & 63);
            }
        }

        if (elsewhere == 0 || elsewhere == partOf.Length)
        {
            return elsewhere != 0;
        }

        for (int i = 0; i < partOf.Length; i++)
        {
            ulong card = MemoryMarshal.Read<ulong>(body[((i * first.ElementSize) + first.KeyOffset)..]);
            uint bit = BitOf(card, bits);
            if (partOf[i] == RequestSlot.NoPart && card != 0 && (seen[(int)(bit >> 6)] >> (int)(bit & 63) & 1) != 0)
            {
                partOf[i] = (short)PartitionMap.Of(card, partitions);
            }
        }

        return true;
    }

    // Other bits of the product than those that choose the partition.
    private static uint BitOf(ulong card, int bits) =>
        (uint)((card * 0xD6E8FEB86659FD93) >> 40) & (uint)(bits - 1);
}
