using Terra.Runtime.Core;
using Terra.Runtime.Ops;

namespace Terra.Runtime.Tests.Ops;

/// <content>
/// Linear algebra. Decompositions that are not unique are tried with matrices whose factors are plain to see; the front-end's tests multiply
/// the factors of others, and differentiate through both triangles where an op reads one.
/// </content>
internal static partial class OpInfos
{
    private static IEnumerable<OpInfo> Linalg()
    {
        Refusal notSquare = new(static () => new Sample([Draw.Of(DType.Float32, [2, 3])]), "*must be batches of square matrices, but they are 2 by 3 matrices");
        Attr check = Attr.Of(true), no = Attr.Of(false);
        yield return new KernelInfo("linalg_inv_ex", static sample => [OfMatrices(sample[0], static a => Solved(a, Identity(a.Sizes[0]))), PerMatrix(sample[0], static _ => 0)],
            dtype => Regular(dtype).Select(a => new Sample([a], check)))
        {
            AbsoluteTolerance = 100, Tolerance = 100, Expandable = false,
            Refusals = [new Refusal(() => new Sample([Draw.Of(DType.Float32, [2, 2], 1, 1)], check), "linalg.inv: The diagonal element 2 is zero*")],
        };
        yield return new KernelInfo("linalg_solve_ex", static sample => [OfPairs(sample[0], sample[1], Solved), PerMatrix(sample[0], static _ => 0)],
            dtype => Regular(dtype).Select(a => new Sample([a, Draw.Of(dtype, [.. a.Sizes[..^1], 2])], check)))
        {
            AbsoluteTolerance = 100, Tolerance = 100, Expandable = false,
            Refusals =
            [
                new Refusal(() => new Sample([Draw.Of(DType.Float32, [2, 2], 1, 1), Draw.Of(DType.Float32, [2, 1])], check), "linalg.solve: The solver failed because the input matrix is singular."),
                new Refusal(() => new Sample([Draw.Of(DType.Float32, [2, 2]), Draw.Of(DType.Float32, [3, 1])], check), "*Incompatible shapes*"),
            ],
        };
        yield return new KernelInfo("linalg_det", static sample => [PerMatrix(sample[0], Cofactors)], static dtype => Regular(dtype).Concat(Singular(dtype)).Select(static a => new Sample([a])))
        {
            AbsoluteTolerance = 100, Tolerance = 100, Expandable = false, Refusals = [notSquare],
        };
        yield return new KernelInfo("_linalg_cofactors", static sample => [OfMatrices(sample[0], static a => Nd.Make(a.Sizes, at => Cofactor(a, at[0], at[1])))],
            static dtype => Regular(dtype).Concat(Singular(dtype)).Select(static a => new Sample([a])))
        {
            AbsoluteTolerance = 400, Tolerance = 100, Expandable = false, Refusals = [notSquare], Gradients = static () => Regular(DType.Float64).Select(static a => new Sample([a])),
        };
        yield return new KernelInfo(
            "linalg_slogdet",
            static sample => [PerMatrix(sample[0], static a => Math.Sign(Cofactors(a))), PerMatrix(sample[0], static a => Math.Log(Math.Abs(Cofactors(a))))],
            static dtype => Regular(dtype).Select(static a => new Sample([a])))
        {
            AbsoluteTolerance = 100, Tolerance = 100, Expandable = false, Refusals = [notSquare],
        };
        yield return new KernelInfo("linalg_lu", static sample => [sample[0], OfMatrices(sample[0], static a => Identity(a.Sizes[0])), OfMatrices(sample[0], static a => Identity(a.Sizes[0]))],
            static dtype => [new Sample([Swap(dtype)])])
        {
            Expandable = false, Gradients = static () => Regular(DType.Float64).Where(static a => a.NumberOfElements > 0).Select(static a => new Sample([a])),
        };
        yield return new KernelInfo("linalg_lu_factor", static sample => [OfMatrices(sample[0], Factored), new Nd([.. sample[0].Sizes[..^1]], [.. Nd.Indices(sample[0].Sizes[..^1]).Select(static at => at[^1] + 1.0)])],
            static dtype => Regular(dtype).Select(static a => new Sample([a])))
        {
            AbsoluteTolerance = 100, Tolerance = 100, Expandable = false,
            Refusals = [new Refusal(static () => new Sample([Draw.Of(DType.Float32, [3])]), "linalg_lu_factor: The input tensor A must have at least 2 dimensions.")],
        };
        yield return new KernelInfo("_lu_permutation", static sample => [Nd.Make([.. sample[0].Sizes[..^1], sample.Int(0), sample.Int(0)], at => Order(sample[0], at[..^2], sample.Int(0))[at[^1]] == at[^2] ? 1 : 0)],
            static dtype =>
            [
                new Sample([Compiler.Tensors.From(DType.Int32, [2, 3], static i => new[] { 2, 3, 3, 1, 2, 3 }[i])], Attr.Of(3L), Attr.Of(dtype)),
                new Sample([Compiler.Tensors.From(DType.Int32, [2], static i => 4 - i)], Attr.Of(4L), Attr.Of(dtype)),
                new Sample([Compiler.Tensors.From(DType.Int32, [0], static _ => 0)], Attr.Of(2L), Attr.Of(dtype)),
            ])
        {
            Expandable = false,
            Refusals =
            [
                new Refusal(static () => new Sample([Draw.Longs(1, 2)], Attr.Of(2L), Attr.Of(DType.Float32)), "lu_unpack: LU_pivots is expected to be int32*"),
                new Refusal(static () => new Sample([Compiler.Tensors.From(DType.Int32, [2], static i => 3 - i)], Attr.Of(2L), Attr.Of(DType.Float32)), "lu_unpack: pivots must be between 1 and the number of rows, 2, but one is 3"),
            ],
        };
        yield return new KernelInfo(
            "linalg_ldl_factor_ex",
            static sample =>
            [
                OfMatrices(sample[0], static a => Nd.Make(a.Sizes, at => at[0] < at[1] ? 0 : at[0] == at[1] ? LowerFactor(a, at[0], at[0]) : LowerFactor(a, at[0], at[1]) / LowerFactor(a, at[1], at[1]))),
                new Nd([.. sample[0].Sizes[..^1]], [.. Nd.Indices(sample[0].Sizes[..^1]).Select(static at => at[^1] + 1.0)]), PerMatrix(sample[0], static _ => 0),
            ],
            dtype => Regular(dtype).Select(a => new Sample([a], no, check)))
        {
            AbsoluteTolerance = 100, Tolerance = 100, Expandable = false,
            Refusals =
            [
                notSquare with { Sample = () => new Sample([Draw.Of(DType.Float32, [2, 3])], no, check) },
                new Refusal(() => new Sample([Draw.Of(DType.Float32, [2, 2], 0, 0)], no, check), "torch.linalg.ldl_factor_ex: D1,1 is zero*"),
            ],
        };
        yield return new KernelInfo("linalg_ldl_solve", static sample => [OfPairs(sample[0], sample[2], static (ld, b) => Solved(Multiplied(ld), b))],
            dtype => Regular(dtype).Select(a => new Sample([a, Compiler.Tensors.From(DType.Int32, a.Sizes[..^1].ToArray(), i => (i % Math.Max(a.Sizes[^1], 1)) + 1), Draw.Of(dtype, [.. a.Sizes[..^1], 2])], no)))
        {
            AbsoluteTolerance = 400, Tolerance = 400, Expandable = false,
            Refusals =
            [
                new Refusal(() => new Sample([Draw.Of(DType.Float32, [2, 2]), Compiler.Tensors.From(DType.Int32, [2], static i => 3 * i), Draw.Of(DType.Float32, [2, 1])], no), "linalg.ldl_solve: pivots must be those that ldl_factor gives, but number 1 of 2 is 0"),
                new Refusal(() => new Sample([Draw.Of(DType.Float32, [2, 2]), Compiler.Tensors.From(DType.Int32, [2], static i => i - 1), Draw.Of(DType.Float32, [2, 1])], no), "*but number 1 of 2 is -1"),
                new Refusal(() => new Sample([Draw.Of(DType.Float32, [2, 2]), Draw.Longs(1, 2), Draw.Of(DType.Float32, [2, 1])], no), "linalg_ldl_solve: Incompatible shapes or dtypes*"),
            ],
        };
        yield return new KernelInfo("linalg_cholesky_ex", static sample => [OfMatrices(sample[0], static a => Nd.Make(a.Sizes, at => Math.Sqrt(a[at]))), PerMatrix(sample[0], static _ => 0)],
            dtype => [new Sample([Diagonal(dtype, 4, 9, 2)], no, check), new Sample([Diagonal(dtype, 5, 1)], Attr.Of(true), check)])
        {
            Expandable = false, Gradients = () => [new Sample([Diagonal(DType.Float64, 4)], no, check)],
            Refusals = [new Refusal(() => new Sample([Diagonal(DType.Float32, 1, -1)], no, check), "*leading minor of order 2 is not positive-definite*"), notSquare with { Sample = () => new Sample([Draw.Of(DType.Float32, [2, 3])], no, check) }],
        };
        yield return new KernelInfo("linalg_solve_triangular", static sample => [OfPairs(sample[0], sample[1], (a, b) => Solved(Triangle(a, sample.Bool(0), sample.Bool(1)), b))],
            dtype => Regular(dtype).SelectMany(a => (IEnumerable<Sample>)[
                new Sample([a, Draw.Of(dtype, [.. a.Sizes[..^1], 2])], Attr.Of(true), no), new Sample([a, Draw.Of(dtype, [.. a.Sizes[..^1], 3])], no, Attr.Of(true))]))
        {
            AbsoluteTolerance = 400, Tolerance = 100, Expandable = false,
        };
        yield return new KernelInfo("linalg_qr", static sample => [OfMatrices(sample[0], static a => Identity(a.Sizes[0])), sample[0]],
            dtype => [new Sample([Diagonal(dtype, 4, -9, 2)], no), new Sample([Diagonal(dtype, 5)], Attr.Of(true))])
        {
            Expandable = false, Gradients = () => [new Sample([Draw.Of(DType.Float64, [4, 3], 0.5, 3)], no)],
        };
        yield return new KernelInfo("linalg_eigh", static sample => [Sorted(sample[0], static values => values.Order()), Sorted(sample[0], static values => values.Order(), vectors: true)],
            dtype => [new Sample([Diagonal(dtype, 4, -9, 2)], no), new Sample([Diagonal(dtype, 1)], Attr.Of(true))])
        {
            Expandable = false, Gradients = () => [new Sample([Diagonal(DType.Float64, 4)], no)],
        };
        yield return new KernelInfo(
            "linalg_svd",
            static sample =>
            [
                Sorted(sample[0], static values => values.OrderDescending(), vectors: true), Sorted(sample[0], static values => values.OrderDescending()),
                OfMatrices(Sorted(sample[0], static values => values.OrderDescending(), vectors: true), static a => Nd.Make(a.Sizes, at => a[at[1], at[0]])),
            ],
            dtype => [new Sample([Diagonal(dtype, 4, 9, 2)], no), new Sample([Diagonal(dtype, 3)], Attr.Of(true))])
        {
            Expandable = false, Gradients = () => [new Sample([Draw.Of(DType.Float64, [3, 2], 0.5, 3)], no)],
        };
    }

    /// <summary>What is left of an element of the lower triangle when the columns before are eliminated.</summary>
    private static double LowerFactor(Nd a, long row, long column)
    {
        double value = a[row, column];
        for (long k = 0; k < column; k++)
        {
            value -= LowerFactor(a, row, k) * LowerFactor(a, column, k) / LowerFactor(a, k, k);
        }

        return value;
    }

    /// <summary>L D Lᵀ of factors without swaps.</summary>
    private static Nd Multiplied(Nd factors) => Nd.Make(factors.Sizes, at =>
    {
        double sum = 0;
        for (long k = 0; k <= Math.Min(at[0], at[1]); k++)
        {
            sum += (at[0] == k ? 1 : factors[at[0], k]) * factors[k, k] * (at[1] == k ? 1 : factors[at[1], k]);
        }

        return sum;
    });

    /// <summary>L and U of a matrix that needs no swaps, by Crout's formulas.</summary>
    private static Nd Factored(Nd a)
    {
        Nd factors = a.Copy();
        foreach (long[] at in Nd.Indices(a.Sizes))
        {
            double sum = a[at];
            for (long k = 0; k < Math.Min(at[0], at[1]); k++)
            {
                sum -= factors[at[0], k] * factors[k, at[1]];
            }

            factors[at] = at[0] > at[1] ? sum / factors[at[1], at[1]] : sum;
        }

        return factors;
    }

    /// <summary>Where each row goes by the swaps.</summary>
    private static long[] Order(Nd pivots, long[] batch, long rows)
    {
        long[] order = [.. Enumerable.Range(0, (int)rows)];
        for (long k = 0; k < pivots.Sizes[^1]; k++)
        {
            long other = (long)pivots[[.. batch, k]] - 1;
            (order[k], order[other]) = (order[other], order[k]);
        }

        return order;
    }

    /// <summary>Matrices with a dominant diagonal.</summary>
    private static IEnumerable<TensorImpl> Regular(DType dtype)
    {
        foreach (long[] sizes in (long[][])[[3, 3], [1, 1], [2, 2, 2], [2, 1, 4, 4], [0, 0], [0, 2, 2]])
        {
            Nd random = Nd.Of(Draw.Of(dtype, sizes));
            long[][] places = [.. Nd.Indices(sizes)];
            yield return Compiler.Tensors.Floats(sizes, i => random.Values[i] + (places[i][^1] == places[i][^2] ? 9 : 0), dtype);
        }
    }

    /// <summary>Matrices of lower rank than size, down to zero.</summary>
    private static IEnumerable<TensorImpl> Singular(DType dtype)
    {
        yield return Compiler.Tensors.Floats([3, 2, 2], static i => new double[] { 1, 2, 2, 4, 0, 0, 0, 0, 0, 3, 0, 0 }[i], dtype);
        yield return Compiler.Tensors.Floats([3, 3], static i => i + 1.0, dtype);
        yield return Compiler.Tensors.Floats([3, 3], static i => (1 + (i / 3)) * (2 - (i % 3)), dtype);
        yield return Compiler.Tensors.Floats([2, 3, 3], static i => i is 0 or 4 ? 2 : 0, dtype);
        yield return Compiler.Tensors.Floats([4, 4], static i => ((i / 4) + 1) * ((i % 4) - 1) + (i / 8), dtype);
    }

    private static TensorImpl Diagonal(DType dtype, params double[] values) =>
        Compiler.Tensors.Floats([values.Length, values.Length], i => i / values.Length == i % values.Length ? values[i % values.Length] : 0, dtype);

    private static TensorImpl Swap(DType dtype) => Compiler.Tensors.Floats([3, 3], static i => i is 1 or 3 or 8 ? 1 : 0, dtype);

    private static Nd Identity(long size) => Nd.Make([size, size], static at => at[0] == at[1] ? 1 : 0);

    private static Nd Triangle(Nd a, bool upper, bool unit) =>
        Nd.Make(a.Sizes, at => at[0] == at[1] ? unit ? 1 : a[at] : upper == at[1] > at[0] ? a[at] : 0);

    /// <summary>The diagonal's elements in an order, or the unit vectors (columns) that belong to them.</summary>
    private static Nd Sorted(Nd diagonal, Func<IEnumerable<double>, IEnumerable<double>> order, bool vectors = false)
    {
        double[] values = [.. Enumerable.Range(0, (int)diagonal.Sizes[0]).Select(i => diagonal[i, i])], sorted = [.. order(values)];
        return vectors ? Nd.Make(diagonal.Sizes, at => values[at[0]] == sorted[at[1]] ? 1 : 0) : new Nd([values.Length], sorted);
    }

    private static Nd PerMatrix(Nd a, Func<Nd, double> function) => Nd.Make(a.Sizes[..^2], at => function(Part(a, at)));

    private static Nd OfMatrices(Nd a, Func<Nd, Nd> function) => OfPairs(a, a, (matrix, _) => function(matrix));

    private static Nd OfPairs(Nd a, Nd b, Func<Nd, Nd, Nd> function)
    {
        long[] batch = a.Sizes[..^2];
        Nd[] results = [.. Nd.Indices(batch).Select(at => function(Part(a, at), Part(b, at)))];
        return new Nd([.. batch, b.Sizes[^2], b.Sizes[^1]], [.. results.SelectMany(static result => result.Values)]);
    }

    private static Nd Part(Nd a, long[] at) => Nd.Make(a.Sizes[^2..], within => a[[.. at, .. within]]);

    /// <summary>Cramer's rule.</summary>
    private static Nd Solved(Nd a, Nd b)
    {
        double whole = Cofactors(a);
        return Nd.Make(b.Sizes, at => Cofactors(Nd.Make(a.Sizes, place => place[1] == at[0] ? b[place[0], at[1]] : a[place])) / whole);
    }

    /// <summary>The determinant, expanded along the first row.</summary>
    private static double Cofactors(Nd a)
    {
        long n = a.Sizes[0];
        double sum = n == 0 ? 1 : 0;
        for (long j = 0; j < n; j++)
        {
            sum += a[0, j] * Cofactor(a, 0, j);
        }

        return sum;
    }

    private static double Cofactor(Nd a, long row, long column)
    {
        long n = a.Sizes[0];
        Nd minor = Nd.Make([n - 1, n - 1], at => a[at[0] < row ? at[0] : at[0] + 1, at[1] < column ? at[1] : at[1] + 1]);
        return ((row + column) % 2 == 0 ? 1 : -1) * Cofactors(minor);
    }
}
