using Terra.Runtime.Core;

namespace Terra.Runtime.Compiler;

/// <summary>
/// The scalar meaning of the IR's functions, where a vector instruction does not give it: what the reference evaluator computes and what
/// emitted kernels call lane by lane. Float32 functions go through float64 and round once. Integer division by zero gives zero.
/// </summary>
public static partial class ScalarMath
{
    public static long TruncDiv(long a, long b) => b == 0 ? 0 : b == -1 ? unchecked(-a) : a / b;

    public static long FloorDiv(long a, long b)
    {
        long quotient = TruncDiv(a, b);
        return b != 0 && unchecked(quotient * b) != a && (a < 0) != (b < 0) ? quotient - 1 : quotient;
    }

    public static long Fmod(long a, long b) => b is 0 or -1 ? 0 : a % b;

    public static long Remainder(long a, long b)
    {
        long rest = Fmod(a, b);
        return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    }

    /// <summary>By squaring, wrapping around; a negative exponent gives zero except for the bases 1 and -1 (ATen's powi).</summary>
    public static long Pow(long a, long b)
    {
        if (b < 0)
        {
            return a == 1 ? 1 : a == -1 ? ((b & 1) == 0 ? 1 : -1) : 0;
        }

        long result = 1;
        for (; b != 0; b >>= 1)
        {
            if ((b & 1) != 0)
            {
                result = unchecked(result * a);
            }

            a = unchecked(a * a);
        }

        return result;
    }

    public static int TruncDiv(int a, int b) => (int)TruncDiv((long)a, b);

    public static int FloorDiv(int a, int b) => (int)FloorDiv((long)a, b);

    public static int Fmod(int a, int b) => (int)Fmod((long)a, b);

    public static int Remainder(int a, int b) => (int)Remainder((long)a, b);

    public static int Pow(int a, int b) => (int)Pow((long)a, b);

    /// <summary>Euclid's; not negative, but for the least number and zero, whose divisor wraps around.</summary>
    public static long Gcd(long a, long b)
    {
        while (b != 0)
        {
            (a, b) = (b, Fmod(a, b));
        }

        return a < 0 ? unchecked(-a) : a;
    }

    public static int Gcd(int a, int b) => unchecked((int)Gcd((long)a, b));

    public static long ShiftLeft(long a, long b) => (ulong)b >= 64 ? 0 : a << (int)b;

    public static int ShiftLeft(int a, int b) => (int)ShiftLeft((long)a, b);

    /// <summary>Shifts by too much, or by a negative number, leave only the sign.</summary>
    public static long ShiftRight(long a, long b) => a >> (int)((ulong)b >= 64 ? 63 : b);

    public static int ShiftRight(int a, int b) => (int)ShiftRight((long)a, b);

    /// <summary>The remainder is exact; this is ATen's div_floor for floating point, which agrees with <see cref="Remainder(double, double)"/>.</summary>
    public static double FloorDiv(double a, double b)
    {
        if (b == 0)
        {
            return a / b;
        }

        double mod = a % b;
        double div = (a - mod) / b;
        if (mod != 0 && (b < 0) != (mod < 0))
        {
            div -= 1;
        }

        if (div == 0)
        {
            return Math.CopySign(0, a / b);
        }

        double floor = Math.Floor(div);
        return div - floor > 0.5 ? floor + 1 : floor;
    }

    /// <inheritdoc cref="FloorDiv(double, double)"/>
    public static float FloorDiv(float a, float b)
    {
        if (b == 0)
        {
            return a / b;
        }

        float mod = a % b;
        float div = (a - mod) / b;
        if (mod != 0 && (b < 0) != (mod < 0))
        {
            div -= 1;
        }

        if (div == 0)
        {
            return MathF.CopySign(0, a / b);
        }

        float floor = MathF.Floor(div);
        return div - floor > 0.5f ? floor + 1 : floor;
    }

    public static double Remainder(double a, double b)
    {
        double mod = a % b;
        return mod != 0 && (b < 0) != (mod < 0) ? mod + b : mod;
    }

    public static float Remainder(float a, float b)
    {
        float mod = a % b;
        return mod != 0 && (b < 0) != (mod < 0) ? mod + b : mod;
    }

    public static double Fmod(double a, double b) => a % b;

    public static float Fmod(float a, float b) => a % b;

    public static double Pow(double a, double b) => Math.Pow(a, b);

    public static float Pow(float a, float b) => (float)Math.Pow(a, b);

    public static double Atan2(double y, double x) => Math.Atan2(y, x);

    public static float Atan2(float y, float x) => (float)Math.Atan2(y, x);

    public static double Exp(double x) => Math.Exp(x);

    public static float Exp(float x) => (float)Math.Exp(x);

    public static double Exp2(double x) => Math.Pow(2, x);

    public static float Exp2(float x) => (float)Math.Pow(2, x);

    /// <summary>exp(x) - 1 without cancellation, after Kahan: (u - 1) x / log u where u = exp(x).</summary>
    public static double Expm1(double x)
    {
        if (Math.Abs(x) < 1e-5)
        {
            return x + (x * x * (0.5 + (x * (1.0 / 6))));
        }

        double u = Math.Exp(x);
        if (double.IsPositiveInfinity(u))
        {
            return u;
        }

        double v = u - 1;
        return v == -1 ? -1 : v * (x / Math.Log(u));
    }

    public static float Expm1(float x) => (float)Expm1((double)x);

    public static double Log(double x) => Math.Log(x);

    public static float Log(float x) => (float)Math.Log(x);

    public static double Log2(double x) => Math.Log2(x);

    public static float Log2(float x) => (float)Math.Log2(x);

    public static double Log10(double x) => Math.Log10(x);

    public static float Log10(float x) => (float)Math.Log10(x);

    /// <summary>log(1 + x) without cancellation, after Kahan: x log u / (u - 1) where u = 1 + x.</summary>
    public static double Log1p(double x)
    {
        double u = 1 + x;
        return u == 1 || double.IsPositiveInfinity(u) ? x : Math.Log(u) * (x / (u - 1));
    }

    public static float Log1p(float x) => (float)Log1p((double)x);

    public static double Sin(double x) => Math.Sin(x);

    public static float Sin(float x) => (float)Math.Sin(x);

    public static double Cos(double x) => Math.Cos(x);

    public static float Cos(float x) => (float)Math.Cos(x);

    /// <summary>Up to this magnitude sine and cosine are written out; beyond, they take the scalar function.</summary>
    public const double LargeAngle = 100_000;

    public static float LargeSin(float x) => Math.Abs(x) <= LargeAngle ? 0 : Sin(x);

    public static double LargeSin(double x) => Math.Abs(x) <= LargeAngle ? 0 : Sin(x);

    public static float LargeCos(float x) => Math.Abs(x) <= LargeAngle ? 0 : Cos(x);

    public static double LargeCos(double x) => Math.Abs(x) <= LargeAngle ? 0 : Cos(x);

    public static double Tan(double x) => Math.Tan(x);

    public static float Tan(float x) => (float)Math.Tan(x);

    public static double Asin(double x) => Math.Asin(x);

    public static float Asin(float x) => (float)Math.Asin(x);

    public static double Acos(double x) => Math.Acos(x);

    public static float Acos(float x) => (float)Math.Acos(x);

    public static double Atan(double x) => Math.Atan(x);

    public static float Atan(float x) => (float)Math.Atan(x);

    public static double Sinh(double x) => Math.Sinh(x);

    public static float Sinh(float x) => (float)Math.Sinh(x);

    public static double Cosh(double x) => Math.Cosh(x);

    public static float Cosh(float x) => (float)Math.Cosh(x);

    public static double Tanh(double x) => Math.Tanh(x);

    public static float Tanh(float x) => (float)Math.Tanh(x);

    /// <summary>
    /// The error function: its Maclaurin series 2/sqrt(pi) e^(-x²) Σ 2^n x^(2n+1) / (2n+1)!! up to |x| = 3, and beyond it one minus the continued fraction
    /// of erfc (Abramowitz and Stegun 7.1.6, 7.1.14). All terms of the series are positive, so nothing cancels.
    /// </summary>
    public static double Erf(double x)
    {
        double magnitude = Math.Abs(x), square = x * x;
        if (double.IsNaN(x))
        {
            return x;
        }

        if (magnitude > 6)
        {
            return Math.CopySign(1, x);
        }

        if (magnitude <= 3)
        {
            double term = x, sum = x;
            for (int n = 1; Math.Abs(term) > Math.Abs(sum) * 1e-18; n++)
            {
                term *= 2 * square / ((2 * n) + 1);
                sum += term;
            }

            return 2 / Math.Sqrt(Math.PI) * Math.Exp(-square) * sum;
        }

        double fraction = magnitude;
        for (int k = 60; k >= 1; k--)
        {
            fraction = magnitude + (k / 2.0 / fraction);
        }

        return Math.CopySign(1 - (Math.Exp(-square) / (Math.Sqrt(Math.PI) * fraction)), x);
    }

    public static float Erf(float x) => (float)Erf((double)x);

    /// <summary>Converts between element types (the IR's Cast), both in the form of <see cref="IrConstant"/>.</summary>
    public static long Cast(long bits, DType from, DType to)
    {
        if (!from.IsFloatingPoint())
        {
            return IrConstant.FromInt64(bits, to);
        }

        double value = IrConstant.ToDouble(bits, from);
        return to switch
        {
            DType.Float32 or DType.Float64 or DType.Float16 or DType.BFloat16 or DType.Bool => IrConstant.FromDouble(value, to),
            DType.Int64 => (long)value,
            _ => IrConstant.FromInt64((int)value, to),
        };
    }
}
