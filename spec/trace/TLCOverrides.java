package tlc2.overrides;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import tlc2.value.impl.BoolValue;
import tlc2.value.impl.IntValue;
import tlc2.value.impl.Value;

/**
 * What TraceBracha.tla cannot say in TLA+: reads traces, line by line and file after file, and
 * tells of refusals. TLC finds this class by its name.
 *
 * <p>The property `distdb.traces` names a file with one path per line. On standard output: for each
 * refusal three lines (`REFUSED FILE:LINE …`, `event …`, `before …`), and at the end
 * `runs=… events=… accepted=… rejected=…`. A line that is no event ends the program with code 2 and
 * a line on standard output that begins with `MALFORMED`.
 *
 * <p>TLC runs this with one worker, and asks for the lines in order (again for the same one at
 * most).
 */
public final class TLCOverrides implements ITLCOverrides {
  private static Iterator<String> files;
  private static String file;
  private static BufferedReader reader;
  private static long lineNumber;

  private static int taken = -1; // The state's `at` for which `value` was read.
  private static Value value;
  private static String text;
  private static String begun; // The line of the last reset.
  private static boolean skips; // To the next reset, after a refusal.
  private static long runs;
  private static long events;
  private static long rejected;

  @Override
  @SuppressWarnings("rawtypes")
  public Class[] get() {
    return new Class[] {TLCOverrides.class};
  }

  @TLAPlusOperator(identifier = "LineAfter", module = "TraceBracha", warn = false)
  public static Value lineAfter(final IntValue at) {
    if (at.val != taken) {
      value = read();
      taken = at.val;
    }
    return value;
  }

  @TLAPlusOperator(identifier = "Refuse", module = "TraceBracha", warn = false)
  public static Value refuse(final IntValue at, final Value before) {
    if (!skips) {
      skips = true;
      ++rejected;
      System.out.println("REFUSED " + file + ":" + lineNumber + " in " + begun);
      System.out.println("event " + text);
      System.out.println("before " + before.toString().replace('\n', ' '));
    }
    return BoolValue.ValTrue;
  }

  private static Value read() {
    try {
      while (true) {
        text = nextLine();
        if (text == null) {
          System.out.println(
              "runs=" + runs + " events=" + events + " accepted=" + (runs - rejected)
                  + " rejected=" + rejected);
          return TraceEvent.end();
        }
        final boolean resets = text.startsWith("{\"event\":\"reset\"");
        if (resets) {
          ++runs;
          begun = text;
          skips = false;
        } else if (begun == null) {
          throw new IllegalArgumentException("a trace begins with a reset");
        } else {
          ++events;
        }
        if (!skips) {
          return TraceEvent.parse(text);
        }
      }
    } catch (IllegalArgumentException wrong) {
      System.out.println("MALFORMED " + file + ":" + lineNumber + ": " + wrong.getMessage());
    } catch (IOException | UncheckedIOException wrong) {
      System.out.println("MALFORMED " + file + ": cannot be read: " + wrong.getMessage());
    }
    System.out.flush();
    Runtime.getRuntime().halt(2);
    return null;
  }

  /** The next line of all files, or null. */
  private static String nextLine() throws IOException {
    if (files == null) {
      final List<String> paths = Files.readAllLines(Path.of(System.getProperty("distdb.traces")));
      files = paths.iterator();
    }
    while (true) {
      final String line = reader == null ? null : reader.readLine();
      if (line != null) {
        ++lineNumber;
        return line;
      }
      if (!files.hasNext()) {
        return null;
      }
      if (reader != null) {
        reader.close();
      }
      file = files.next();
      lineNumber = 0;
      begun = null;
      reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8);
    }
  }
}
