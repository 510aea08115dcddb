using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Seeds the default generator and returns it.</summary>
    public static Generator manual_seed(long seed) => Generator.Default.manual_seed(seed);

    /// <summary>The seed of the default generator's stream.</summary>
    public static long initial_seed() => Generator.Default.initial_seed();

    /// <summary>Seeds the default generator differently every time, and returns the seed.</summary>
    public static long seed() => Generator.Default.seed();

    /// <summary>The state of the default generator.</summary>
    public static Tensor get_rng_state() => Generator.Default.get_state();

    /// <summary>Restores the state of the default generator.</summary>
    public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);

    /// <summary>Integers drawn uniformly from <paramref name="low"/> up to, not including, <paramref name="high"/>; int64 unless told otherwise.</summary>
    public static Tensor randint(long low, long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Integers(low, high, [.. size.Shape], dtype, device, requires_grad, generator, names);

    /// <summary>Integers drawn uniformly from 0 up to, not including, <paramref name="high"/>; int64 unless told otherwise.</summary>
    public static Tensor randint(long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Integers(0, high, [.. size.Shape], dtype, device, requires_grad, generator, names);

    /// <inheritdoc cref="randint(long, Size, ScalarType?, Device, bool, Generator, string[])"/>
    public static Tensor randint(long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Integers(0, high, [.. size], dtype, device, requires_grad, generator, names);

    /// <inheritdoc cref="randint(long, long, Size, ScalarType?, Device, bool, Generator, string[])"/>
    public static Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Integers(low, high, [.. size], dtype, device, requires_grad, generator, names);

    /// <inheritdoc cref="randint(long, long, Size, ScalarType?, Device, bool, Generator, string[])"/>
    public static Tensor randint(int low, int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Integers(low, high, new Size(size).Shape, dtype, device, requires_grad, generator, names);

    /// <inheritdoc cref="randint(long, Size, ScalarType?, Device, bool, Generator, string[])"/>
    public static Tensor randint(int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Integers(0, high, new Size(size).Shape, dtype, device, requires_grad, generator, names);

    /// <summary>A random permutation of the integers from 0 to <paramref name="n"/> - 1; int64 unless told otherwise.</summary>
    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null)
    {
        RequireCpu(device);
        return NewLeaf(Aten.randperm(n, (dtype ?? ScalarType.Int64).Native(), Draw(generator, n)), requires_grad);
    }

    /// <summary>Numbers drawn uniformly from [0, 1) with the sizes, and unless told otherwise the dtype, of another tensor.</summary>
    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Uniform(input.shape, dtype ?? input.dtype, device, requires_grad, null, null);

    /// <summary>Standard normal numbers with the sizes, and unless told otherwise the dtype, of another tensor.</summary>
    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Normal(input.shape, dtype ?? input.dtype, device, requires_grad, null, null);

    /// <summary>Integers from <paramref name="low"/> up to, not including, <paramref name="high"/> with the sizes, and unless told otherwise the dtype, of another tensor.</summary>
    public static Tensor randint_like(Tensor input, long low, long high, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Integers(low, high, input.shape, dtype ?? input.dtype, device, requires_grad, null, null);

    /// <summary>Numbers drawn from the normal distribution of this mean and standard deviation.</summary>
    public static Tensor normal(double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Normal(size.ToArray(), dtype, device, false, generator, names).mul_(std).add_(mean).requires_grad_(requires_grad);

    /// <summary>A number drawn uniformly from [0, 1).</summary>
    public static double rand_float(Generator? generator = null)
    {
        using Tensor number = Uniform([], ScalarType.Float64, null, false, generator, null);
        return number.item<double>();
    }

    /// <summary>A standard normal number.</summary>
    public static double randn_float(Generator? generator = null)
    {
        using Tensor number = Normal([], ScalarType.Float64, null, false, generator, null);
        return number.item<double>();
    }

    /// <summary>False or true, equally likely.</summary>
    public static bool randint_bool(Generator? generator = null) => randint_long(0, 2, generator) != 0;

    /// <summary>An integer from 0 up to, not including, <paramref name="high"/>.</summary>
    public static int randint_int(int high, Generator? generator = null) => (int)randint_long(0, high, generator);

    /// <summary>An integer from <paramref name="low"/> up to, not including, <paramref name="high"/>.</summary>
    public static int randint_int(int low, int high, Generator? generator = null) => (int)randint_long(low, high, generator);

    /// <summary>An integer from 0 up to, not including, <paramref name="high"/>.</summary>
    public static long randint_long(long high, Generator? generator = null) => randint_long(0, high, generator);

    /// <summary>An integer from <paramref name="low"/> up to, not including, <paramref name="high"/>.</summary>
    public static long randint_long(long low, long high, Generator? generator = null)
    {
        using Tensor number = Integers(low, high, [], ScalarType.Int64, null, false, generator, null);
        return number.item<long>();
    }

    /// <summary>Takes from a generator, or else the default one, the numbers for an op over this many elements.</summary>
    internal static PhiloxState Draw(Generator? generator, long elements) => (generator ?? Generator.Default).Reserve(elements);

    private static Tensor Uniform(long[] sizes, ScalarType? dtype, Device? device, bool requires_grad, Generator? generator, string[]? names)
    {
        RequireCpu(device);
        RejectNames(names);
        return NewLeaf(Aten.rand(sizes, (dtype ?? s_defaultDtype).Native(), Draw(generator, Count(sizes))), requires_grad);
    }

    private static Tensor Normal(long[] sizes, ScalarType? dtype, Device? device, bool requires_grad, Generator? generator, string[]? names)
    {
        RequireCpu(device);
        RejectNames(names);
        return NewLeaf(Aten.randn(sizes, (dtype ?? s_defaultDtype).Native(), Draw(generator, Count(sizes))), requires_grad);
    }

    private static Tensor Integers(long low, long high, long[] sizes, ScalarType? dtype, Device? device, bool requires_grad, Generator? generator, string[]? names)
    {
        RequireCpu(device);
        RejectNames(names);
        ScalarType type = dtype ?? ScalarType.Int64;
        return NewLeaf(Aten.randint(low, high, sizes, type.Native(), Draw(generator, Count(sizes))), requires_grad);
    }

    private static long Count(long[] sizes)
    {
        long count = 1;
        foreach (long size in sizes)
        {
            count *= size;
        }

        return count;
    }

    /// <summary>The default generator, as <c>torch.random</c> in Python.</summary>
    public static class random
    {
        public static Tensor get_rng_state() => torch.get_rng_state();

        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);

        public static long initial_seed() => torch.initial_seed();

        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static long seed() => torch.seed();
    }
}
