"""How much fine texture and how sharp an edge a picture shows, noise not counted.

Nothing here depends on the package. Frequencies are cycles a pixel, light is linear.
"""

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float64]

RINGS = 64  # frequencies from 0 to Nyquist, 0.5
PIXELS_PER_DEGREE = 41.2  # 100 pixels an inch seen from 60 cm: a screen at 100 %
SUBPIXELS = 4  # of an edge's profile
REACH = 16  # pixels of it to either side


def texture_response(picture: Plane, truth: Plane) -> Plane:
    """The transfer function of texture, from a picture and the scene it shows.

    The cross power spectrum of both over the truth's power spectrum, real part, mean over rings of
    like frequency: Kirk, Herzer, Artmann, Kunz, "Description of texture loss using the dead leaves
    target", Electronic Imaging 2014, as in ISO/TS 19567-2. Noise, independent of the truth, has no
    cross spectrum with it; so it neither counts as texture nor has to be subtracted as in Cao,
    Guichard, Hornung, "Measuring texture sharpness of a digital camera", Electronic Imaging 2009.

    Args:
        picture: (height, width).
        truth: the same size, registered.

    Returns:
        (RINGS,) of frequencies (i + 0.5) / (2 RINGS), 1 where texture is as in the truth.
    """
    window = np.outer(*(np.hanning(size) for size in truth.shape))
    spectra = [np.fft.fft2((plane - plane.mean()) * window) for plane in (picture, truth)]
    fy, fx = (np.fft.fftfreq(size) for size in truth.shape)
    ring = (np.hypot(fy[:, None], fx) * 2 * RINGS).astype(np.intp).ravel()
    cross, power = (
        np.bincount(ring, (spectrum * spectra[1].conj()).real.ravel())[:RINGS]
        for spectrum in spectra
    )
    return np.asarray(cross / power)


def acutance(response: Plane) -> float:
    """A texture response's mean, weighted by the eye's sensitivity to contrast: 1 is the truth's.

    The sensitivity is CPIQ's (IEEE 1858; Baxter, Cao, Eliasson, Phillips, "Development of the I3A
    CPIQ spatial metrics", Electronic Imaging 2012), v^0.8 exp(-0.2 v), v in cycles a degree.
    """
    degrees = (np.arange(RINGS) + 0.5) / (2 * RINGS) * PIXELS_PER_DEGREE
    weight = degrees**0.8 * np.exp(-0.2 * degrees)
    return float((response * weight).sum() / weight.sum())


def edge_response(values: Plane, distance: Plane) -> tuple[Plane, Plane]:
    """The modulation transfer function across slanted edges.

    As ISO 12233 (2017, annex D): the edge's profile in quarters of a pixel, its derivative under a
    Hamming window, the Fourier transform's modulus; differences and bins are made up for (the
    standard does so for differences). The edges' lines are taken from the chart instead of fitted:
    in noise an error of the fit would blur the profile.

    Args:
        values: (samples,) from both sides of one edge or several like ones.
        distance: (samples,) of each from its edge, pixels, -REACH to REACH, exclusive.

    Returns:
        Frequencies, and the response there, 1 at 0.
    """
    bins = np.floor((distance + REACH) * SUBPIXELS).astype(np.intp)
    count = 2 * REACH * SUBPIXELS
    profile = np.bincount(bins, values, count) / np.bincount(bins, minlength=count)
    line = (profile[2:] - profile[:-2]) * np.hamming(count - 2)
    modulus = np.abs(np.fft.rfft(line))
    frequency = np.fft.rfftfreq(count - 2, 1 / SUBPIXELS)
    inside = frequency <= 1.0
    made_up = np.sinc(2 * frequency / SUBPIXELS) * np.sinc(frequency / SUBPIXELS)
    return frequency[inside], (modulus / modulus[0])[inside] / made_up[inside]


def mtf50(values: Plane, distance: Plane) -> float:
    """The frequency at which slanted edges' response falls to a half; see edge_response."""
    frequency, response = edge_response(values, distance)
    below = int(np.argmax(response < 0.5))
    part = (response[below - 1] - 0.5) / (response[below - 1] - response[below])
    return float(frequency[below - 1] + part * (frequency[below] - frequency[below - 1]))
