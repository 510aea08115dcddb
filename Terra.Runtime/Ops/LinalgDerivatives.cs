using Terra.Runtime.Autograd;
using Terra.Runtime.Core;

namespace Terra.Runtime.Ops;

/// <summary>Derivatives of linear algebra, for real matrices (Giles, Collected matrix derivative results, 2008; Townsend, 2016).</summary>
internal static class LinalgDerivatives
{
    public static TensorImpl?[] Inverse(BackwardContext context)
    {
        if (context.Grad(0) is not { } grad)
        {
            return [null];
        }

        using TensorImpl transposed = Transposed(context.Call.Outputs[0]), half = Composite.matmul(transposed, grad), product = Composite.matmul(half, transposed);
        return [Aten.neg(product)];
    }

    public static TensorImpl?[] Solve(BackwardContext context)
    {
        if (context.Grad(0) is not { } grad)
        {
            return [null, null];
        }

        using TensorImpl transposed = Transposed(context.Call.Input(0));
        TensorImpl[] solved = Aten.linalg_solve_ex(transposed, grad, true);
        solved[1].Dispose();
        return [context.NeedsGrad(0) ? MinusOuter(solved[0], context.Call.Outputs[0]) : null, solved[0]];
    }

    /// <summary>The cofactors of A, which a singular A has too.</summary>
    public static TensorImpl?[] Determinant(BackwardContext context)
    {
        using TensorImpl cofactors = Aten._linalg_cofactors(context.Call.Input(0)), column = Views.unsqueeze(context.Grad(0)!, -1), matrix = Views.unsqueeze(column, -1);
        return [Aten.mul(cofactors, matrix)];
    }

    /// <summary>
    /// With A = U diag(s) Vᵀ and the gradient G in its bases, UᵀGV = (g_ij): det(UVᵀ) U M Vᵀ, where M_jj = sum over i of p_ij g_ii and M_ji = -p_ij g_ij, and p_ij is
    /// the product of all singular values but s_i and s_j: the determinant's second derivative, a polynomial that needs no quotients, also where A is singular. To
    /// be differentiated again it goes by the inverse; a singular A is refused then.
    /// </summary>
    public static TensorImpl?[] Cofactors(BackwardContext context)
    {
        if (GradMode.IsEnabled)
        {
            return DerivativeByOps.Of(context, static arguments =>
            {
                using TensorImpl determinant = Aten.linalg_det(arguments[0]!);
                return [TimesInverse(determinant, arguments[0]!)];
            });
        }

        TensorImpl[] parts = Aten.linalg_svd(context.Call.Input(0), true);
        using TensorImpl u = parts[0], s = parts[1], vh = parts[2], ut = Transposed(u), v = Transposed(vh);
        using TensorImpl half = Composite.matmul(ut, context.Grad(0)!), gradient = Composite.matmul(half, v);
        using TensorImpl others = ProductsWithoutPairs(s), diagonal = Views.diagonal(gradient, 0, -2, -1), column = Views.unsqueeze(diagonal, -1);
        using TensorImpl sums = Composite.matmul(others, column), vector = Views.squeeze(sums, -1), onDiagonal = Diagonal(vector);
        using TensorImpl products = Aten.mul(others, gradient), productsT = Transposed(products), inner = Aten.sub(onDiagonal, productsT, 1);
        using TensorImpl orientation = Orientation(u, vh), factors = Views.unsqueeze(orientation, -1), factor = Views.unsqueeze(factors, -1);
        using TensorImpl oriented = Aten.mul(inner, factor), rows = Composite.matmul(u, oriented);
        return [Composite.matmul(rows, vh)];
    }

    /// <summary>A⁻ᵀ times the logarithm's gradient; the sign is the same all around.</summary>
    public static TensorImpl?[] LogDeterminant(BackwardContext context)
    {
        TensorImpl a = context.Call.Input(0);
        return [context.Grad(1) is { } grad ? TimesInverse(grad, a) : Derivative.ZerosLike(a)];
    }

    /// <summary>P L⁻ᵀ (strictly lower part of Lᵀ gL + upper part of gU Uᵀ) U⁻ᵀ, for square matrices.</summary>
    public static TensorImpl?[] Lu(BackwardContext context)
    {
        if (context.Grad(1) is null && context.Grad(2) is null)
        {
            return [null];
        }

        TensorImpl lower = context.Call.Outputs[1], upper = context.Call.Outputs[2];
        using TensorImpl gradLower = context.Grad(1)?.Alias() ?? Derivative.ZerosLike(lower), gradUpper = context.Grad(2)?.Alias() ?? Derivative.ZerosLike(upper);
        return [Lu(context.Call, context.Call.Outputs[0], lower, upper, gradLower, gradUpper)];
    }

    public static TensorImpl?[] LuFactor(BackwardContext context)
    {
        if (context.Grad(0) is not { } grad)
        {
            return [null];
        }

        TensorImpl factors = context.Call.Outputs[0];
        long m = factors.Sizes[^2], n = factors.Sizes[^1];
        using TensorImpl permutation = Aten._lu_permutation(context.Call.Outputs[1], m, factors.DType), gradLower = Aten.tril(grad, -1), gradUpper = Aten.triu(grad, 0);
        using TensorImpl strict = Aten.tril(factors, -1), identity = Aten.eye(m, n, factors.DType), lower = Aten.add(strict, identity, 1), upper = Aten.triu(factors, 0);
        return [Lu(context.Call, permutation, lower, upper, gradLower, gradUpper)];
    }

    /// <summary>L⁻ᵀ Φ(Lᵀ g) L⁻¹ made symmetric, where Φ takes the lower triangle with half the diagonal (Murray, 2016).</summary>
    public static TensorImpl?[] Cholesky(BackwardContext context)
    {
        if (context.Grad(0) is not { } grad)
        {
            return [null];
        }

        bool upper = context.Call.Bool(0);
        using TensorImpl lower = upper ? Transposed(context.Call.Outputs[0]) : context.Call.Outputs[0].Alias();
        using TensorImpl gradLower = upper ? Transposed(grad) : grad.Alias();
        using TensorImpl lowerT = Transposed(lower), product = Composite.matmul(lowerT, gradLower);
        using TensorImpl triangle = Aten.tril(product, 0), strict = Aten.tril(product, -1), sum = Aten.add(triangle, strict, 1), strictT = Transposed(strict);
        using TensorImpl both = Aten.add(sum, strictT, 1), below = Aten.sub(both, strict, 1), symmetric = Aten.mul(below, 0.5);
        using TensorImpl first = Aten.linalg_solve_triangular(lowerT, symmetric, true, false), firstT = Transposed(first);
        using TensorImpl second = Aten.linalg_solve_triangular(lowerT, firstT, true, false), secondT = Transposed(second);
        using TensorImpl total = Aten.add(second, secondT, 1);
        return [Aten.mul(total, 0.5)];
    }

    public static TensorImpl?[] SolveTriangular(BackwardContext context)
    {
        OpInvocation call = context.Call;
        bool upper = call.Bool(0), unit = call.Bool(1);
        using TensorImpl transposed = Transposed(call.Input(0));
        TensorImpl solved = Aten.linalg_solve_triangular(transposed, context.Grad(0)!, !upper, unit);
        if (!context.NeedsGrad(0))
        {
            return [null, solved];
        }

        using TensorImpl full = MinusOuter(solved, call.Outputs[0]);
        return [upper ? Aten.triu(full, unit ? 1 : 0) : Aten.tril(full, unit ? -1 : 0), solved];
    }

    /// <summary>(gQ + Q copyltu(M)) R⁻ᵀ with M = R gRᵀ - gQᵀ Q, for m ≥ n and a reduced Q (Walter and Lehmann, 2012).</summary>
    public static TensorImpl?[] Qr(BackwardContext context)
    {
        TensorImpl q = context.Call.Outputs[0], r = context.Call.Outputs[1];
        if (q.Sizes[^1] != r.Sizes[^1] || q.Sizes[^1] != r.Sizes[^2])
        {
            throw ShapeErrors.Error("linalg_qr_backward: the derivative of qr exists only for a reduced Q of matrices with at least as many rows as columns");
        }

        using TensorImpl gradQ = context.Grad(0) is { } g0 ? g0.Alias() : Derivative.ZerosLike(q);
        using TensorImpl gradR = context.Grad(1) is { } g1 ? g1.Alias() : Derivative.ZerosLike(r);
        using TensorImpl gradRT = Transposed(gradR), gradQT = Transposed(gradQ);
        using TensorImpl rg = Composite.matmul(r, gradRT), gq = Composite.matmul(gradQT, q), m = Aten.sub(rg, gq, 1);
        using TensorImpl lower = Aten.tril(m, 0), strict = Aten.tril(m, -1), strictT = Transposed(strict), symmetric = Aten.add(lower, strictT, 1);
        using TensorImpl projected = Composite.matmul(q, symmetric), right = Aten.add(gradQ, projected, 1), rightT = Transposed(right);
        using TensorImpl solved = Aten.linalg_solve_triangular(r, rightT, true, false);
        return [Transposed(solved)];
    }

    /// <summary>V (diag(gL) + (Vᵀ gV) / (L_j - L_i)) Vᵀ.</summary>
    public static TensorImpl?[] Eigh(BackwardContext context)
    {
        TensorImpl values = context.Call.Outputs[0], vectors = context.Call.Outputs[1];
        using TensorImpl vectorsT = Transposed(vectors);
        using TensorImpl diagonal = context.Grad(0) is { } gradValues ? Diagonal(gradValues) : Derivative.ZerosLike(vectors);
        TensorImpl inner = diagonal.Alias();
        if (context.Grad(1) is { } gradVectors)
        {
            using TensorImpl before = inner, product = Composite.matmul(vectorsT, gradVectors), gaps = Gaps(values), share = Aten.div(product, gaps);
            inner = Aten.add(before, share, 1);
        }

        using (inner)
        using (TensorImpl half = Composite.matmul(vectors, inner))
        {
            return [Composite.matmul(half, vectorsT)];
        }
    }

    /// <summary>For a reduced decomposition (Townsend, Differentiating the singular value decomposition, 2016).</summary>
    public static TensorImpl?[] Svd(BackwardContext context)
    {
        TensorImpl u = context.Call.Outputs[0], s = context.Call.Outputs[1], vh = context.Call.Outputs[2];
        if ((context.Grad(0) is not null || context.Grad(2) is not null) && (u.Sizes[^1] != s.Sizes[^1] || vh.Sizes[^2] != s.Sizes[^1]))
        {
            throw ShapeErrors.Error("linalg_svd_backward: the derivatives of U and Vh exist only with full_matrices false");
        }

        long k = s.Sizes[^1];
        using TensorImpl left = Views.narrow(u, -1, 0, k), right = Views.narrow(vh, -2, 0, k), v = Transposed(right), leftT = Transposed(left);
        using TensorImpl columns = Views.unsqueeze(s, -1), rows = Views.unsqueeze(s, -2), squares = Aten.mul(s, s), gaps = Gaps(squares);
        using TensorImpl core = context.Grad(1) is { } gradS ? Diagonal(gradS) : Diagonal(Derivative.ZerosLike(s));
        TensorImpl total = core.Alias();
        TensorImpl? outside = null;
        if (context.Grad(0) is { } gradU)
        {
            using TensorImpl before = total, product = Composite.matmul(leftT, gradU), ratio = Aten.div(product, gaps), ratioT = Transposed(ratio);
            using TensorImpl skew = Aten.add(ratio, ratioT, 1), scaled = Aten.mul(skew, rows);
            total = Aten.add(before, scaled, 1);
            using TensorImpl inSpan = Composite.matmul(left, product), rest = Aten.sub(gradU, inSpan, 1), divided = Aten.div(rest, rows);
            outside = Composite.matmul(divided, right);
        }

        if (context.Grad(2) is { } gradVh)
        {
            using TensorImpl gradV = Transposed(gradVh), before = total, product = Composite.matmul(right, gradV), ratio = Aten.div(product, gaps), ratioT = Transposed(ratio);
            using TensorImpl skew = Aten.add(ratio, ratioT, 1), scaled = Aten.mul(skew, columns);
            total = Aten.add(before, scaled, 1);
            using TensorImpl inSpan = Composite.matmul(v, product), rest = Aten.sub(gradV, inSpan, 1), divided = Aten.div(rest, rows), dividedT = Transposed(divided);
            TensorImpl part = Composite.matmul(left, dividedT);
            if (outside is null)
            {
                outside = part;
            }
            else
            {
                using TensorImpl first = outside, second = part;
                outside = Aten.add(first, second, 1);
            }
        }

        using (total)
        using (outside)
        using (TensorImpl half = Composite.matmul(left, total))
        {
            TensorImpl gradient = Composite.matmul(half, right);
            if (outside is null)
            {
                return [gradient];
            }

            using (gradient)
            {
                return [Aten.add(gradient, outside, 1)];
            }
        }
    }

    private static TensorImpl Lu(OpInvocation call, TensorImpl permutation, TensorImpl lower, TensorImpl upper, TensorImpl gradLower, TensorImpl gradUpper)
    {
        if (call.Input(0).Sizes[^1] != call.Input(0).Sizes[^2])
        {
            throw ShapeErrors.Error($"{call.Op.Name["aten::".Length..]}_backward: the derivative of lu exists only for square matrices");
        }

        using TensorImpl lowerT = Transposed(lower), upperT = Transposed(upper), fromLower = Composite.matmul(lowerT, gradLower), fromUpper = Composite.matmul(gradUpper, upperT);
        using TensorImpl below = Aten.tril(fromLower, -1), above = Aten.triu(fromUpper, 0), both = Aten.add(below, above, 1);
        using TensorImpl left = Aten.linalg_solve_triangular(lowerT, both, true, true), leftT = Transposed(left), right = Aten.linalg_solve_triangular(upper, leftT, true, false);
        using TensorImpl rightT = Transposed(right);
        return Composite.matmul(permutation, rightT);
    }

    private static TensorImpl Transposed(TensorImpl matrix) => Views.transpose(matrix, -2, -1);

    /// <summary>-x yᵀ.</summary>
    private static TensorImpl MinusOuter(TensorImpl x, TensorImpl y)
    {
        using TensorImpl transposed = Transposed(y), product = Composite.matmul(x, transposed);
        return Aten.neg(product);
    }

    /// <summary>Matrices with vectors on their diagonals.</summary>
    private static TensorImpl Diagonal(TensorImpl vectors)
    {
        long size = vectors.Sizes[^1];
        using TensorImpl identity = Aten.eye(size, size, vectors.DType), rows = Views.unsqueeze(vectors, -2);
        return Aten.mul(identity, rows);
    }

    /// <summary>E with E_ij = v_j - v_i, and ∞ where that is zero, as on the diagonal.</summary>
    private static TensorImpl Gaps(TensorImpl values)
    {
        using TensorImpl rows = Views.unsqueeze(values, -2), columns = Views.unsqueeze(values, -1), gaps = Aten.sub(rows, columns, 1), isZero = Aten.eq(gaps, 0);
        return Aten.masked_fill(gaps, isZero, double.PositiveInfinity);
    }

    /// <summary>For vectors s the matrices of products of all elements but s_i and s_j, and zero on the diagonal.</summary>
    private static TensorImpl ProductsWithoutPairs(TensorImpl vectors)
    {
        long size = vectors.Sizes[^1];
        using TensorImpl identity = Aten.eye(size, size, DType.Bool), rows = Views.unsqueeze(identity, 1), columns = Views.unsqueeze(identity, 0), left = Aten.logical_or(rows, columns);
        using TensorImpl once = Views.unsqueeze(vectors, -2), twice = Views.unsqueeze(once, -2), all = Views.expand(twice, [.. vectors.Sizes[..^1], size, size, size]);
        using TensorImpl kept = Aten.masked_fill(all, left, 1), products = Aten.prod(kept, [-1], false, null);
        return Aten.masked_fill(products, identity, 0);
    }

    /// <summary>A⁻ᵀ times one number for each matrix. A singular matrix gives what is not finite, but is refused where a graph is recorded (as in PyTorch).</summary>
    private static TensorImpl TimesInverse(TensorImpl numbers, TensorImpl a)
    {
        TensorImpl[] inverse = Aten.linalg_inv_ex(a, GradMode.IsEnabled);
        using TensorImpl inverted = inverse[0], info = inverse[1], transposed = Transposed(inverted);
        using TensorImpl column = Views.unsqueeze(numbers, -1), matrix = Views.unsqueeze(column, -1);
        return Aten.mul(transposed, matrix);
    }

    /// <summary>det(U) det(Vᵀ), one or minus one.</summary>
    private static TensorImpl Orientation(TensorImpl u, TensorImpl vh)
    {
        using TensorImpl first = Aten.linalg_det(u), second = Aten.linalg_det(vh);
        return Aten.mul(first, second);
    }
}
