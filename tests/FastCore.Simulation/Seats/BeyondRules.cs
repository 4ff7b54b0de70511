using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Testing;

namespace FastCore.Simulation.Seats;

/// <summary>Changes one thing of an element so that, mostly, it breaks a rule.</summary>
internal static class BeyondRules
{
    public static ChartBlock Of(ChartBlock block, SeededRandom random)
    {
        bool isArea = block.Kind == ChartBlockKind.GeneralAdmission;
        switch (random.Below(20))
        {
            case 0: block.Reserved = 1; break;
            case 1: block.Kind = (ChartBlockKind)random.Pick([0, 5, 255]); break;
            case 2: block.Kind = (ChartBlockKind)random.Between(1, 4); break;
            case 3: block.Section[random.Below(16)] = (byte)random.Pick([0, 0x80, 0xC3, 0xFF, 'x']); break;
            case 4: block.Row[random.Below(8)] = (byte)random.Pick([0, 0x80, 0xC3, 0xFF, 'x']); break;
            case 5: block.Capacity = 0; break;
            case 6: block.Capacity = isArea ? SeatLimits.AreaCapacityMax + 1 : 65; break;
            case 7: block.Capacity = 1; break;
            case 8: block.Accessible |= 1UL << random.Below(64); break;
            case 9: block.Aisles |= 1UL << random.Below(64); break;
            case 10: block.Focus = (byte)random.Pick([1, 4, 8, 63, 64, 255]); break;
            case 11: block.OccupancyMin = (byte)random.Pick([0, 1, 3, 5, 65]); break;
            case 12: block.OccupancyMax = (byte)random.Pick([0, 1, 3, 5, 64, 65]); break;
            case 13: block.NumberStep = (sbyte)random.Pick([0, -1, 1, -128, 127]); break;
            case 14: block.FirstNumber = random.Pick<ushort>([0, 1, 65_520, 65_535]); break;
            case 15: block.Category = (byte)random.Pick([0, 15, 16, 255]); break;
            case 16: block.Rank ^= 1; break;
            case 17: block.Capacity = isArea ? SeatLimits.AreaCapacityMax : 64; break;
            default: block.Zone ^= 1; break;
        }

        return block;
    }

    public static CreateShow Of(CreateShow request, SeededRandom random)
    {
        switch (random.Below(20))
        {
            case 0: request.Timestamp = 1; break;
            case 1: request.Flags |= (ShowFlags)(8 << random.Below(13)); break;
            case 2: request.Merchant = random.Pick([Limits.BookMax, Limits.BookMax + 1, ulong.MaxValue]); break;
            case 3: request.Merchant = 0; break;
            case 4: request.Currency ^= 1; break;
            case 5: request.Currency = 0; break;
            case 6: request.Prices[random.Below(16)] = SeatLimits.PriceMax + (uint)random.Below(2); break;
            case 7: request.Prices[random.Below(16)] += 1; break;
            case 8: request.HoldMs = SeatLimits.HoldMsMax + (uint)random.Below(2); break;
            case 9: request.HoldMsMax = SeatLimits.HoldMsMax + (uint)random.Below(2); break;
            case 10: (request.HoldMs, request.HoldMsMax) = (2, (uint)random.Between(1, 2)); break;
            case 11: (request.HoldMs, request.HoldMsMax) = (0, random.Pick([599_999u, 600_000u])); break;
            case 12: request.Chart += random.Pick([1UL, 50UL]); break;
            case 13: request.StartsAt++; break;
            case 14: request.City++; break;
            case 15: request.SeatsPerBuyerMax++; break;
            case 16: request.Flags ^= ShowFlags.NoSingleSeats; break;
            case 17: (request.Merchant, request.Currency) = (SmallHouses.Merchant + 1, SmallHouses.Currency); break;
            case 18: (request.Merchant, request.Chart) = (Limits.BookMax + 1, 0); break;
            default: request.Title++; break;
        }

        return request;
    }

    public static HoldSeats Of(HoldSeats request, SeededRandom random)
    {
        switch (random.Below(12))
        {
            case 0: request.Timestamp = 1; break;
            case 1: request.Reserved0 = 1; break;
            case 2: request.Reserved1 = 1; break;
            case 10: request.Reserved2 = 1; break;
            case 11: request.Channel = 16; break;
            case 3: request.Flags |= HoldFlags.Together; break;
            case 4: request.Id = NoId(random); break;
            case 5: request.Count = random.OneIn(2) ? (byte)0 : (byte)17; break;
            case 6: request.Seats[15] ^= 1; break;
            case 7: request.Seats[0] = uint.MaxValue; break;
            case 8: request.ExpiresInMs = uint.MaxValue; break;
            default: request.Buyer = 0; break;
        }

        return request;
    }

    public static HoldBestAvailable Of(HoldBestAvailable request, SeededRandom random)
    {
        switch (random.Below(10))
        {
            case 0: request.Timestamp = 1; break;
            case 1: request.Reserved = 1; break;
            case 9: request.Channel = 16; break;
            case 2: request.Flags |= HoldFlags.AllowSingleSeats; break;
            case 3: request.Id = NoId(random); break;
            case 4: request.Count = random.OneIn(2) ? (byte)0 : (byte)17; break;
            case 5: request.Accessible = (byte)(request.Count + 1); break;
            case 6: request.ExpiresInMs = uint.MaxValue; break;
            case 7: request.Zone = 77; break;
            default: request.Buyer = 0; break;
        }

        return request;
    }

    public static HoldGeneralAdmission Of(HoldGeneralAdmission request, SeededRandom random)
    {
        switch (random.Below(8))
        {
            case 0: request.Timestamp = 1; break;
            case 1: request.Channel = 16; break;
            case 2: request.Flags = (HoldFlags)random.Pick([1, 2, 3, 5, 8]); break;
            case 3: request.Id = NoId(random); break;
            case 4: request.Quantity = random.Pick([0u, SeatLimits.QuantityMax + 1, uint.MaxValue]); break;
            case 5: request.Block = uint.MaxValue; break;
            case 6: request.ExpiresInMs = uint.MaxValue; break;
            default: request.Buyer = 0; break;
        }

        return request;
    }

    public static HoldChange Of(HoldChange request, SeededRandom random)
    {
        switch (random.Below(8))
        {
            case 0: request.Reserved0 = 1; break;
            case 1: request.Reserved1 = 1; break;
            case 2: request.Hold = NoId(random); break;
            case 3: request.Count = (byte)random.Pick([1, 16, 17, 255]); break;
            case 4: request.Seats[15] ^= 1; break;
            case 5: request.ExpiresInMs = uint.MaxValue; break;
            case 6: request.ExpiresInMs = request.ExpiresInMs == 0 ? 1 : request.ExpiresInMs + 1; break;
            default: request.Hold += 1_000; break;
        }

        return request;
    }

    public static BookHeld Of(BookHeld request, SeededRandom random)
    {
        switch (random.Below(9))
        {
            case 0: request.Timestamp = 1; break;
            case 1: request.Reserved0 = 1; break;
            case 2: request.Reserved1 = 1; break;
            case 3: request.Reserved2 = 1; break;
            case 4: request.Flags |= (BookingFlags)4; break;
            case 5: request.Id = NoId(random); break;
            case 6: request.Hold = NoId(random); break;
            case 7: request.Connector = random.Pick<ushort>([2, 256, ushort.MaxValue]); break;
            default: request.Hold += 1_000; break;
        }

        return request;
    }

    /// <summary>A booking that differs from another of its id in one thing.</summary>
    public static BookHeld Other(BookHeld request, SeededRandom random)
    {
        switch (random.Below(8))
        {
            case 0: request.Card++; break;
            case 1: request.Terminal++; break;
            case 2: request.Device++; break;
            case 3: request.Connector++; break;
            case 4: request.Method++; break;
            case 5: request.Flags ^= BookingFlags.AllowEquivalents; break;
            case 6: request.UserData64++; break;
            default: request.UserData128++; break;
        }

        return request;
    }

    public static CancelBooking Of(CancelBooking request, SeededRandom random)
    {
        switch (random.Below(3))
        {
            case 0: request.Reserved = 1; break;
            case 1: request.Id = NoId(random); break;
            default: request.Id += 1_000; break;
        }

        return request;
    }

    public static SetForSale Of(SetForSale request, SeededRandom random)
    {
        switch (random.Below(7))
        {
            case 0: request.Reserved0 = 1; break;
            case 1: request.Reserved1 = 1; break;
            case 2: request.Reserved2 = 1; break;
            case 3: request.IsForSale = (byte)random.Pick([1, 2, 255]); break;
            case 4: request.Block = random.Pick([7u, uint.MaxValue - 1]); break;
            case 5: request.Seats = random.Pick<ulong>([0, 21, ulong.MaxValue]); break;
            default: request.Seats = 1UL << random.Below(64); break;
        }

        return request;
    }

    public static MoveToChannel Of(MoveToChannel request, SeededRandom random)
    {
        switch (random.Below(6))
        {
            case 0: request.Timestamp = 1; break;
            case 1: request.From = 16; break;
            case 2: request.To = 16; break;
            case 3: request.Block = random.Pick([7u, uint.MaxValue]); break;
            case 4: request.Seats = 1UL << 63; break;
            default: request.Seats = 1; break;
        }

        return request;
    }

    private static UInt128 NoId(SeededRandom random) => random.OneIn(2) ? 0 : UInt128.MaxValue;
}
