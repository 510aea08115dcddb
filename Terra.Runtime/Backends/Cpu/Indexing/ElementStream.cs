using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>The random numbers of one element: its word of as many Philox streams as it takes, two for each number.</summary>
internal struct ElementStream(PhiloxState state, long element)
{
    private int _stream;

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double Uniform()
    {
        ulong low = (uint)Philox4x32.Word(state.Seed, state.Offset, _stream++, element), high = (uint)Philox4x32.Word(state.Seed, state.Offset, _stream++, element);
        return ((low | (high << 32)) >> 11) * (1.0 / 9007199254740992.0);
    }

    /// <summary>Standard normal by Box and Muller (1958), of which one number is used.</summary>
    public double Normal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform()));
        return radius * Math.Cos(2 * Math.PI * Uniform());
    }
}
