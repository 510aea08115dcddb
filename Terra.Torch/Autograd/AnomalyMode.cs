using Terra.Runtime.Autograd;

namespace TorchSharp;

/// <summary>Makes backward passes look for NaN in each gradient, or stops that, until disposed; for the whole process. Each gradient is read, so it costs time.</summary>
public class AnomalyMode : IDisposable
{
    private readonly bool _wasEnabled = AnomalyDetection.IsEnabled, _checkedNaN = AnomalyDetection.ChecksNaN;
    private bool _closed;

    /// <param name="enabled">Whether to look for anomalies.</param>
    /// <param name="check_nan">Whether a NaN is one.</param>
    public AnomalyMode(bool enabled, bool check_nan = true) => AnomalyDetection.Set(enabled, check_nan);

    public static bool IsEnabled => AnomalyDetection.IsEnabled;

    public static bool ShouldCheckNaN => AnomalyDetection.ChecksNaN;

    /// <summary>Goes back to what was before.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!_closed)
        {
            _closed = true;
            AnomalyDetection.Set(_wasEnabled, _checkedNaN);
        }
    }
}

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>Makes backward passes throw where a gradient has a NaN, naming the op, until disposed.</summary>
        /// <param name="check_nan">Whether a NaN is looked for.</param>
        public static AnomalyMode detect_anomaly(bool check_nan = true) => new(true, check_nan);

        /// <summary>Switches <see cref="detect_anomaly"/> on or off, until disposed.</summary>
        public static AnomalyMode set_detect_anomaly(bool mode, bool check_nan = true) => new(mode, check_nan);
    }
}
