using FastCore.Protocol.Seats;
using FastCore.Torture;

namespace FastCore.Integration.Tests.Torture;

/// <summary>What the torture counts of seats can fail.</summary>
public sealed class SoldSeatsTests
{
    [Theory]
    [InlineData(1UL, 1, 2, 1)]
    [InlineData(1UL, 2, 3, 0)]
    [InlineData(2UL, 1, 2, 0)]
    public void A_seat_that_was_given_twice_is_told(ulong show, int first, int count, int found)
    {
        TortureFindings findings = new();
        SoldSeats sold = new(findings);
        sold.Add(Sale(1, 1, first: 0, count: 2, SeatStatus.Ok));
        sold.Add(Sale(2, show, first, count, SeatStatus.Ok));
        sold.Add(Sale(3, 1, first: 0, count: 2, SeatStatus.SeatsUnavailable));
        Assert.Equal(found, findings.Contradictions);
    }

    [Theory]
    [InlineData(SeatStatus.ShowNotFound, SeatStatus.Ok)]
    [InlineData(SeatStatus.Ok, SeatStatus.HoldExpired)]
    public void A_sale_that_was_refused_for_another_reason_is_told(SeatStatus hold, SeatStatus booking)
    {
        TortureFindings findings = new();
        SeatSale sale = Sale(1, 1, 0, 1, hold);
        sale.BookingCode = booking;
        new SoldSeats(findings).Add(sale);
        Assert.Equal(1, findings.Contradictions);
    }

    [Theory]
    [InlineData(SeatStatus.Ok, SeatStatus.Ok, 0)]
    [InlineData(SeatStatus.SeatsUnavailable, SeatStatus.LinkedHoldFailed, 0)]
    [InlineData(SeatStatus.SeatsUnavailable, SeatStatus.SeatsUnavailable, 0)]
    [InlineData(SeatStatus.Ok, SeatStatus.LinkedHoldFailed, 1)]
    [InlineData(SeatStatus.LinkedHoldFailed, SeatStatus.LinkedHoldFailed, 2)]
    public void T16_a_season_that_was_sold_in_part_or_refused_for_nothing_is_told(
        SeatStatus first, SeatStatus second, int found)
    {
        TortureFindings findings = new();
        SoldSeats sold = new(findings);
        SeatSale[] season = [Sale(1, 1, 0, 2, first), Sale(1, 2, 0, 2, second)];
        Array.ForEach(season, sale => sale.Season = season);
        sold.Add(season[0]);
        sold.Add(season[1]);
        Assert.InRange(findings.Contradictions, found, 2 * found);
    }

    private static SeatSale Sale(ulong id, ulong show, int first, int count, SeatStatus code)
    {
        HoldSeats hold = new() { Id = id, Show = show, Count = (byte)count };
        for (int i = 0; i < count; i++)
        {
            hold.Seats[i] = SeatPlace.Of(0, first + i);
        }

        return new SeatSale { Hold = hold, HoldCode = code, IsBooked = true, BookingCode = SeatStatus.Ok };
    }
}
